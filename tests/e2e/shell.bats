#!/usr/bin/env bats
# The forced-command wrapper: who pushes is what its argument says.

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	wrapper=$BATS_TEST_DIRNAME/../../config/refwarden-shell
	git init -q --bare "r.git"
	printf '#!/bin/sh\nenv >&2\n' >r.git/hooks/pre-receive
	chmod 755 r.git/hooks/pre-receive
	git init -q work
	git -C work -c user.name=A -c user.email=a@example.com \
	    commit -q --allow-empty -m one
}

# What `ssh` would do on the other side for the key of user "$user".
push() {
	cat >ssh <<END
#!/bin/sh
shift \$((\$# - 1))
SSH_ORIGINAL_COMMAND=\$1 exec "$wrapper" $user
END
	chmod 755 ssh
	GIT_SSH_COMMAND=$PWD/ssh GIT_SSH_VARIANT=simple \
	    git -C work push "host:$PWD/r.git" HEAD:refs/heads/main
}

@test "the hook sees the user of the key and nothing else of the client" {
	user=ada
	export REFWARDEN_USER=mallory GL_USER=mallory GIT_NAMESPACE=x
	export GIT_CONFIG_COUNT=0
	unset GIT_NAMESPACE
	run push
	[ "$status" -eq 0 ]
	[[ $output == *REFWARDEN_USER=ada* ]]
	[[ $output != *mallory* ]]
	[[ $output != *GIT_CONFIG_COUNT* ]]
}

@test "a user's name that could be misread is refused" {
	for user in '' "'a b'" "'a;b'" '..%'; do
		run push
		[ "$status" -ne 0 ]
	done
}

@test "there is no shell" {
	run env -u SSH_ORIGINAL_COMMAND "$wrapper" ada
	[ "$status" -ne 0 ]
	SSH_ORIGINAL_COMMAND='sh -c id' run "$wrapper" ada
	[ "$status" -ne 0 ]
	[[ $output != *uid=* ]]
}
