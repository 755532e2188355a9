# Completion of refwarden in bash.
#
#   install -m 644 completion.bash /usr/share/bash-completion/completions/refwarden
#
# It knows what refwarden --help and refwarden COMMAND --help print, and has no
# list of its own.

# What can follow these words.
_refwarden_words() { # [WORD...]
	refwarden --help 2>/dev/null |
	    sed -n "s/^  ${*:+$* }\([a-z][a-z]*\)  *[a-z].*/\1/p" | sort -u
	[ $# -eq 0 ] || refwarden "$@" --help 2>/dev/null |
	    grep -oe '--[a-z][a-z-]*'
}

_refwarden() {
	local before=() word

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $word =~ ^[a-z]+$ ]] || break
		before+=("$word")
	done
	mapfile -t COMPREPLY < <(compgen -W \
	    "$(_refwarden_words "${before[@]}")" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _refwarden refwarden
