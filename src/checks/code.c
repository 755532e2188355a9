/* Every code there is: what it means, what leads to it, what to do. */
#include "checks/code.h"

#include <string.h>

#define ALWAYS .class = CODE_ALWAYS
#define LAYER  .class = CODE_LAYER
#define RULE   .class = CODE_RULE, .waivable = true
#define SERVER ALWAYS, .server_fault = true

const struct code codes[] = {
    {"input.malformed", ALWAYS, .title = "the push is no list of ref updates",
	.meaning = "What git handed to the hook is not a list of ref updates, "
		   "or a push option is not one of ours. The whole push is "
		   "refused, because nothing in it can be trusted to be what "
		   "it seems.",
	.example = "A ref name with a line feed in it; an id that is not forty "
		   "hexadecimal digits; `git push -o refwarden.chekc`.",
	.fix = "Push ordinary ref names, and check the spelling of push "
	       "options.\n"
	       "  git push -o refwarden.check"},
    {"input.duplicate", ALWAYS, .title = "one ref is named twice",
	.meaning = "The push names one ref twice, so it would depend on the "
		   "order which of the two counts.",
	.example = "A client that is not git sends two updates of "
		   "refs/heads/main in one push.",
	.fix = "Name each ref once in a push."},
    {"input.stale", ALWAYS, .title = "the ref has moved on meanwhile",
	.meaning = "The ref no longer has the value this push started from: "
		   "somebody else pushed in between.",
	.example = "A colleague's push to main was accepted while yours was "
		   "being judged.",
	.fix = "Fetch, rebase on what is there now, and push again.\n"
	       "  git pull --rebase\n"
	       "  git push"},
    {"input.limit", ALWAYS, .title = "too many updates in one push",
	.meaning = "The push has more updates, or longer names, than the "
		   "policy's limits allow.",
	.example = "`git push --mirror` of a repository with 5,000 branches, "
		   "where `limits.refs` is 1000.",
	.fix = "Push in smaller pieces, or ask the administrator to raise the "
	       "limit that the message names."},

    {"ref.symref", ALWAYS, .title = "the ref is a symbolic ref",
	.meaning = "The name is a symbolic ref on the server, so that a push "
		   "to it would change another ref than the one it names.",
	.example = "refs/heads/latest points at refs/heads/main, and somebody "
		   "pushes to latest.",
	.fix = "Push to the branch it points at, by that branch's own name."},
    {"ref.case", ALWAYS,
	.title = "a protected ref but for upper and lower case",
	.meaning = "The name differs from a protected ref only in upper and "
		   "lower case. On some file systems the two are one file, and "
		   "to a reader they look alike.",
	.example = "`git push origin HEAD:Main`, where main is protected.",
	.fix = "Use the exact name of the protected ref, or a name that is "
	       "clearly different."},
    {"ref.namespace", LAYER, .title = "refs of this kind may not be pushed",
	.meaning = "Refs of this kind may not be pushed here. Replacement refs "
		   "(refs/replace) are never taken: they would make everybody "
		   "see another history than the one that was judged.",
	.example = "`git push origin refs/stash`; `git push --mirror`, which "
		   "sends remote-tracking refs too.",
	.fix = "Push branches and tags by name; the policy's key `namespaces` "
	       "lists what else is allowed.\n"
	       "  git push origin BRANCH"},
    {"ref.name", LAYER, .title = "a ref name that can mislead",
	.meaning = "The name of the ref can mislead a reader, a program or git "
		   "itself: unusual characters in a protected name, invisible "
		   "ones in any name, a tag and a protected branch of one "
		   "name, or a branch whose name starts with refs/.",
	.example = "A tag named main; a branch named refs/heads/main, pushed "
		   "as refs/heads/refs/heads/main.",
	.fix = "Choose another name: letters, digits and any of . _ / + @ = # "
	       "- are always good.\n"
	       "  git branch -m NEW-NAME"},

    {"repo.unsupported", SERVER,
	.title = "a repository format that is not read",
	.meaning = "The repository uses a format that refwarden does not read, "
		   "so its content can not be judged.",
	.example = "A repository made with `git init --object-format=sha256` "
		   "or `--ref-format=reftable`.",
	.fix = "The administrator converts the repository, or makes it anew "
	       "with SHA-1 objects and the files ref format."},
    {"repo.environment", SERVER,
	.title = "the hook's environment can not be trusted",
	.meaning = "The hook was started with settings under which it might "
		   "judge other objects or refs than git will keep.",
	.example = "GIT_NAMESPACE is set by the server; GIT_ALTERNATE_OBJECT_"
		   "DIRECTORIES names a store that is not the repository's "
		   "own.",
	.fix = "The administrator removes the variable that the log names from "
	       "the environment git runs in."},
    {"repo.shallow", ALWAYS, .title = "a history with its beginning cut off",
	.meaning = "The push, or the repository, has a history with its "
		   "beginning cut off. What a branch gains can not be told "
		   "from half a history.",
	.example = "A push from a clone made with `git clone --depth 1`.",
	.fix = "Fetch the whole history, then push again.\n"
	       "  git fetch --unshallow\n"
	       "  git push"},

    {"policy.missing", SERVER, .title = "there is no policy",
	.meaning = "There is no policy for this repository. Without one "
		   "nothing is accepted.",
	.example = "The hook is installed, but neither the system's policy nor "
		   "refwarden.yml in the repository exists.",
	.fix = "The administrator puts a policy in place.\n"
	       "  refwarden policy init"},
    {"policy.invalid", SERVER, .title = "the policy has errors",
	.meaning = "The policy has errors and is not applied in part: until "
		   "it is mended, every push is refused.",
	.example = "A misspelt key, an undefined group, a list where a name "
		   "is needed; a push that brings such a policy to the tree.",
	.fix = "Check the file; each error is shown with its line and "
	       "column.\n"
	       "  refwarden policy check FILE"},
    {"policy.unsafe", SERVER, .title = "others could have changed the policy",
	.meaning = "Somebody other than the administrator could have changed "
		   "the policy file, so it is not believed.",
	.example = "The policy is writable by a group, is a symbolic link, or "
		   "lies in a directory that anybody can write to.",
	.fix = "The administrator corrects owner and mode; the log says of "
	       "which file, and so does\n"
	       "  refwarden policy check"},

    {"object.malformed", LAYER, .title = "an object git would not have made",
	.meaning = "A pushed object is not what git would have made, or could "
		   "be read in two ways. It is refused rather than guessed at.",
	.example = "A commit with two author lines; a message that is not "
		   "UTF-8; a tree with an entry named .GIT.",
	.fix = "Make the commit again with plain git, and look at what is "
	       "wrong with the old one.\n"
	       "  git fsck --strict\n"
	       "  git commit --amend --no-edit"},
    {"object.limit", ALWAYS, .title = "judging it would cost too much",
	.meaning = "Judging the push would cost more than the policy's limits "
		   "allow, in size, number or time. What can not be judged is "
		   "not accepted.",
	.example = "A single push that brings 200,000 new commits, where "
		   "`limits.commits` is 100000.",
	.fix = "Push in smaller steps, or ask the administrator to raise the "
	       "limit that the message names.\n"
	       "  git push origin OLDER-COMMIT:BRANCH"},
    {"object.missing", SERVER, .title = "an object is not there",
	.meaning = "An object that the push needs is not in the repository. "
		   "The repository may be damaged.",
	.example = "A pack file of the server was deleted; an alternate is "
		   "not mounted.",
	.fix = "The administrator looks for what is missing and restores "
	       "it.\n"
	       "  git fsck --connectivity-only"},

    {"history.delete", LAYER, .waivable = true,
	.title = "a protected branch is deleted",
	.meaning = "The push deletes a protected branch.",
	.example = "`git push origin --delete main`.",
	.fix = "Leave the branch; a branch that has served its time is taken "
	       "out of `protected` by the administrator first."},
    {"history.rewrite", LAYER, .waivable = true,
	.title = "accepted commits are taken away",
	.meaning = "The push takes commits away from a protected branch: its "
		   "present value is not part of the new history.",
	.example = "`git push --force` after `git commit --amend` of a commit "
		   "that main already has.",
	.fix = "Put your work on top of what the branch has; what is to be "
	       "undone, undo with `git revert`.\n"
	       "  git pull --rebase\n"
	       "  git push"},
    {"history.foxtrot", LAYER, .waivable = true,
	.title = "the branch becomes a side line of itself",
	.meaning = "The push makes the branch's own history a side line: it "
		   "merges the branch into yours, instead of yours into the "
		   "branch. First-parent history, by which changes are judged "
		   "and audited, would change.",
	.example = "`git pull` on main made a merge commit whose first parent "
		   "is your commit and whose second is the server's main.",
	.fix = "Rebase your commits, or merge them in the other direction.\n"
	       "  git fetch origin\n"
	       "  git rebase origin/main\n"
	       "  git push"},
    {"history.octopus", LAYER, .waivable = true,
	.title = "a merge with too many parents",
	.meaning = "A merge has more parents than `history.max_parents` "
		   "allows.",
	.example = "`git merge topic-a topic-b` makes a commit with three "
		   "parents.",
	.fix = "Take the merge back, and merge the branches one after the "
	       "other, each with a `git merge` of its own."},
    {"history.root", LAYER, .waivable = true,
	.title = "a history of another origin",
	.meaning = "The push brings a history that has nothing to do with the "
		   "one that was accepted: a commit without parents.",
	.example = "`git merge --allow-unrelated-histories`; a new protected "
		   "branch made with `git checkout --orphan`.",
	.fix = "Start from a protected branch, and add the content as ordinary "
	       "commits; for an import, ask the administrator for a "
	       "`baseline`."},

    {"tag.delete", LAYER, .waivable = true,
	.title = "a protected tag is deleted",
	.meaning = "The push deletes a protected tag. What was released stays "
		   "released.",
	.example = "`git push origin --delete v1.2`.",
	.fix = "Leave the tag, and make a new one for a new release.\n"
	       "  git tag -a v1.2.1\n"
	       "  git push origin v1.2.1"},
    {"tag.move", LAYER, .waivable = true, .title = "a protected tag is moved",
	.meaning = "The push moves a protected tag that exists. People who "
		   "fetched it would keep the old one and not know.",
	.example = "`git tag -f v1.2 && git push --force origin v1.2`.",
	.fix = "Make a new tag.\n"
	       "  git tag -a v1.2.1\n"
	       "  git push origin v1.2.1"},
    {"tag.target", LAYER, .waivable = true,
	.title = "the tag is not on a protected branch",
	.meaning = "The tag does not lead to a commit that a protected branch "
		   "has been at. What is released must have been judged.",
	.example = "A tag on a commit of a topic branch, or on a commit in the "
		   "middle of a merged branch.",
	.fix = "Land the commit on a protected branch first, then tag the "
	       "branch's commit.\n"
	       "  git push origin main\n"
	       "  git tag -f -a v1.2 origin/main\n"
	       "  git push origin v1.2"},
    {"tag.name", LAYER, .waivable = true,
	.title = "the tag's own name is another",
	.meaning = "The name inside the annotated tag is not the name it is "
		   "pushed under.",
	.example = "`git push origin v1.1:refs/tags/v1.2`.",
	.fix = "Make a tag of that name.\n"
	       "  git tag -a v1.2 COMMIT\n"
	       "  git push origin v1.2"},
    {"tag.lightweight", RULE, .title = "the tag is not annotated",
	.meaning = "A rule asks for an annotated tag, which says who made it, "
		   "when and why. A lightweight tag says none of that.",
	.example = "`git tag v1.2` without -a or -s.",
	.fix = "Make the tag again, with a message.\n"
	       "  git tag -f -a v1.2 v1.2^{}\n"
	       "  git push origin v1.2"},

    {"review.missing", RULE, .title = "too few reviews",
	.meaning =
	    "The change needs reviews, and too few are named: the last "
	    "paragraph of the commit's message has no trailer that "
	    "names a reviewer, or not enough of them. For a merge, the "
	    "merge commit's message counts; a merge that adds nothing "
	    "of its own is held to the reviews of its commits. With "
	    "`proof: content` or `signed` a reviewer pushes the review, "
	    "and none that was pushed covers the change. Or somebody "
	    "withholds it, or what may be it where that can not be told, "
	    "by a ref below refs/reviews/LOGIN/block, until they delete "
	    "that ref.",
	.example = "A commit pushed to main whose message ends without a "
		   "\"Reviewed-by: Ada Lovelace <ada@example.com>\".",
	.fix = "Once somebody else has reviewed the commit, name them and push "
	       "again.\n"
	       "  git commit --amend --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
	       "  git push"},
    {"review.self", RULE, .title = "reviewed only by who wrote it",
	.meaning = "The only reviewers named wrote the change themselves, as "
		   "author or co-author of one of its commits. All addresses "
		   "of a person are one person.",
	.example = "Bob's commit with \"Reviewed-by: Bob Smith "
		   "<bob@example.com>\".",
	.fix = "Ask somebody else to review it, and name them instead.\n"
	       "  git commit --amend --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
	       "  git push"},
    {"review.unknown", RULE,
	.title = "reviewed only by others than those asked for",
	.meaning = "Reviewers are named, but none the rule asks for: not of "
		   "the group, a robot, not counted today, or named with an "
		   "address the policy does not know.",
	.example = "\"Reviewed-by: Ada Lovelace <ada@home.example>\", where "
		   "the policy knows only ada@example.com.",
	.fix = "Name a reviewer of the group, with an address the policy "
	       "knows; a new address is added to `people` by the "
	       "administrator.\n"
	       "  git commit --amend --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
	       "  git push"},
    {"review.misplaced", RULE,
	.title = "the reviewer is named in the wrong place",
	.meaning = "A reviewer is named, but not in a trailer. Trailers are "
		   "the last paragraph of the message, a paragraph of its own "
		   "in which every line is \"Key: value\".",
	.example = "A \"Reviewed-by:\" line followed by a blank line and "
		   "\"Fixes #12\".",
	.fix = "Move the line to the last paragraph of the message, with a "
	       "blank line above it.\n"
	       "  git commit --amend\n"
	       "  git push"},
    {"review.ambiguous", RULE, .title = "the review can be read in two ways",
	.meaning = "The message can be read in two ways: git would show other "
		   "trailers than refwarden counts, or a trailer names a "
		   "person in an unclear form. What an auditor sees must be "
		   "what was counted; `git log --format='%(trailers)'` shows "
		   "what git reads.",
	.example = "A \"Reviewed-by:\" in a last paragraph with lines of prose "
		   "in it; \"Reviewed-by: Ada\" without an address; a line "
		   "\"---\" above the trailers.",
	.fix = "Write the trailers as a last paragraph of their own, each "
	       "person as \"Name <address>\" on one line.\n"
	       "  git commit --amend\n"
	       "  git push"},
    {"review.stale", RULE, .title = "the review is of other content",
	.meaning = "A review was pushed, but not of what is pushed now: "
		   "merging what the reviewer saw would leave other content. "
		   "Or it has served: what it covers had landed on this branch "
		   "and was taken back since.",
	.example = "Ada reviewed 4f1c2ab; afterwards the commit was amended "
		   "with one more file.",
	.fix = "Ask the reviewer to look at the commit as it is now, and to "
	       "push that.\n"
	       "  git fetch origin\n"
	       "  git push origin COMMIT:refs/reviews/LOGIN/TOPIC"},
    {"review.proof", RULE, .title = "the review is not proven as asked",
	.meaning = "Reviewers are named, but the rule asks for better proof "
		   "than a name, which anybody can type. With `proof: pusher` "
		   "one of the reviewers must be the one who pushes, as the "
		   "server knows them by their login. With `proof: content` a "
		   "reviewer who is not the pusher has pushed what they "
		   "reviewed; with `proof: signed` that is a tag signed with "
		   "their key.",
	.example = "Bob pushes his own commit that says \"Reviewed-by: Ada "
		   "Lovelace <ada@example.com>\".",
	.fix = "With `proof: pusher`, one of the reviewers named pushes the "
	       "commit; else the reviewer pushes the review, and signs it if "
	       "that is asked.\n"
	       "  git push origin COMMIT:BRANCH\n"
	       "  git push origin COMMIT:refs/reviews/LOGIN/TOPIC"},

    {"touches.missing", RULE,
	.title = "nothing of a kind is touched, such as tests",
	.meaning = "The change needs to touch files of a kind, usually tests, "
		   "and touches none.",
	.example = "A commit that changes src/token.c and nothing below "
		   "tests/.",
	.fix = "Add what is missing to the same commit, and push again.\n"
	       "  git add tests\n"
	       "  git commit --amend --no-edit\n"
	       "  git push"},
    {"touches.hollow", RULE, .title = "files are touched, but nothing is added",
	.meaning = "Files of the kind asked for are touched, but nothing is "
		   "added to them: only white space, moves, copies, mode "
		   "changes, deletions, links, binary or empty files.",
	.example = "A blank line added to tests/token_test.c; `touch "
		   "tests/new_test.c`.",
	.fix = "Add at least one line that says something, and push again.\n"
	       "  git add tests\n"
	       "  git commit --amend --no-edit\n"
	       "  git push"},

    {"trailer.missing", RULE, .title = "a trailer is missing",
	.meaning = "The change needs a trailer, and its message has none of "
		   "that name in its last paragraph.",
	.example = "A rule asks for \"Ticket:\", and the message ends without "
		   "one.",
	.fix = "Add the trailer and push again.\n"
	       "  git commit --amend --trailer \"KEY: VALUE\"\n"
	       "  git push"},
    {"trailer.mismatch", RULE, .title = "a trailer's value is not as asked",
	.meaning = "The trailer is there, but its value is not of the form the "
		   "rule asks for, or is no path of a file that the commit "
		   "has.",
	.example = "\"Ticket: later\", where the rule asks for "
		   "\"[A-Z]+-[0-9]+\"; \"Decision: docs/adr/7.md\", which "
		   "does not exist.",
	.fix = "Correct the value and push again.\n"
	       "  git commit --amend\n"
	       "  git push"},
    {"trailer.unknown", RULE, .title = "a trailer names somebody else",
	.meaning = "The trailer is there, but the person it names is not of "
		   "the group the rule asks for.",
	.example = "\"Approved-by: Bob Smith <bob@example.com>\", where the "
		   "rule asks for a security officer.",
	.fix = "Ask one of the group, and name them with an address the policy "
	       "knows.\n"
	       "  git commit --amend\n"
	       "  git push"},
    {"trailer.ambiguous", RULE, .title = "a trailer can be read in two ways",
	.meaning = "Git would show other trailers of this name than refwarden "
		   "counts, or one names a person in an unclear form.",
	.example = "A trailer among lines of prose; a person without an "
		   "address.",
	.fix = "Write the trailers as a last paragraph of their own, each on "
	       "one line.\n"
	       "  git commit --amend\n"
	       "  git push"},

    {"message.mismatch", RULE,
	.title = "a message is not of the form asked for",
	.meaning = "The message of a commit is not of the form the rule asks "
		   "for.",
	.example = "\"fixed it\", where messages begin with the area they "
		   "change.",
	.fix = "Reword the message and push again.\n"
	       "  git commit --amend\n"
	       "  git push"},
    {"message.forbidden", RULE,
	.title = "a message has something forbidden in it",
	.meaning = "The message of a commit has something in it that the rule "
		   "forbids.",
	.example = "A subject that begins with \"fixup!\" or \"WIP\".",
	.fix = "Reword the message, or fold the fixup into its commit.\n"
	       "  git rebase -i --autosquash origin/main\n"
	       "  git push"},
    {"message.length", RULE, .title = "a subject or line is too long",
	.meaning = "The subject, or a line of the body, is longer than the "
		   "rule allows. Lines without blanks, such as links, may be "
		   "of any length.",
	.example = "A subject of 95 characters, where `subject_max` is 72.",
	.fix = "Shorten the subject, or break the long line.\n"
	       "  git commit --amend\n"
	       "  git push"},

    {"sign-off.missing", RULE, .title = "a commit is not signed off",
	.meaning = "A commit has no Signed-off-by trailer.",
	.example = "`git commit` without -s, where contributors certify the "
		   "origin of their work.",
	.fix = "The author signs the commit off.\n"
	       "  git commit --amend --no-edit --signoff\n"
	       "  git push"},
    {"sign-off.mismatch", RULE,
	.title = "a commit is signed off by others only",
	.meaning = "A commit is signed off, but not by its author.",
	.example = "Bob's commit with only \"Signed-off-by: Ada Lovelace "
		   "<ada@example.com>\".",
	.fix = "The author signs the commit off, with the address of the "
	       "author line.\n"
	       "  git commit --amend --no-edit --signoff\n"
	       "  git push"},

    {"author.unknown", RULE, .title = "an author is not of the group",
	.meaning = "The author of a commit is not of the group the rule asks "
		   "for.",
	.example = "A commit made with a private address, where authors are "
		   "\"*@example.com\".",
	.fix = "Use the address the policy knows; a new one is added to "
	       "`people` by the administrator.\n"
	       "  git config user.email YOU@EXAMPLE.COM\n"
	       "  git commit --amend --no-edit --reset-author\n"
	       "  git push"},
    {"pusher.unknown", RULE, .title = "nobody knows who is pushing",
	.meaning = "The rule, or the ref, asks who is pushing, and the server "
		   "does not say, or says something that is no login.",
	.example = "All developers push by one shared Unix account, and "
		   "nothing tells them apart.",
	.fix = "The administrator lets the host name its users: see `pusher` "
	       "in refwarden.policy(5)."},
    {"pusher.denied", RULE, .title = "whoever pushes may not",
	.meaning = "Whoever pushes may not: the rule, or the ref, is for "
		   "others.",
	.example = "Bob pushes to production, which only release managers do; "
		   "Bob pushes to refs/reviews/ada/parser, where only Ada "
		   "does.",
	.fix = "Ask one of those the message names to push it."},

    {"paths.forbidden", RULE, .title = "a forbidden path is changed",
	.meaning = "The change adds, modifies or deletes a path that the rule "
		   "forbids.",
	.example = "A private key or a build product is committed.",
	.fix = "Take the file out of the commit, or put it back as it was "
	       "before (git checkout HEAD~ -- PATH); a secret that was in it "
	       "is known now and must be replaced. To remove one that is "
	       "there already takes an exception.\n"
	       "  git rm --cached PATH\n"
	       "  git commit --amend --no-edit\n"
	       "  git push"},
    {"paths.size", RULE, .title = "a file is too large",
	.meaning = "The change adds or modifies a file, and it is larger than "
		   "the rule allows.",
	.example = "A video of 200 MiB, where `max_size` is 10M.",
	.fix = "Keep the file elsewhere, and take it out of the commit.\n"
	       "  git rm --cached PATH\n"
	       "  git commit --amend --no-edit\n"
	       "  git push"},
    {"paths.portable", RULE, .title = "a name that does not work everywhere",
	.meaning = "The change adds a name that can not be checked out "
		   "everywhere, or that is another file's name on some "
		   "systems.",
	.example = "README and readme in one directory; a file named aux.c.",
	.fix = "Give the file another name.\n"
	       "  git mv OLD NEW\n"
	       "  git commit --amend --no-edit\n"
	       "  git push"},
    {"owners.missing", RULE, .title = "no owner reviewed it",
	.meaning = "The change touches paths that have owners, and none of "
		   "them reviewed it.",
	.example = "A change below crypto/, reviewed by somebody who is not "
		   "of the cryptography group.",
	.fix = "Ask an owner to review the commit, and name them.\n"
	       "  git commit --amend --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
	       "  git push"},
    {"contained.missing", RULE, .title = "an earlier branch does not have it",
	.meaning = "The new tip is not yet part of a branch it has to pass "
		   "through first.",
	.example = "A push to production of a commit that staging does not "
		   "have.",
	.fix = "Land it on the earlier branch, then push again.\n"
	       "  git push origin COMMIT:EARLIER-BRANCH"},

    {"signature.missing", RULE, .meaning = "A commit or tag has no signature.",
	.title = "a signature is missing",
	.example = "`git commit` without -S, where signatures are asked for.",
	.fix = "Sign with your SSH key and push again.\n"
	       "  git config gpg.format ssh\n"
	       "  git config user.signingKey ~/.ssh/id_ed25519.pub\n"
	       "  git commit --amend --no-edit -S\n"
	       "  git push"},
    {"signature.invalid", RULE, .title = "a signature is not good",
	.meaning = "A signature is there, but does not fit the content, or is "
		   "of a kind that is not read here.",
	.example = "A commit whose message was edited by a tool after it was "
		   "signed; an OpenPGP signature.",
	.fix = "Sign again, with an SSH key.\n"
	       "  git commit --amend --no-edit -S\n"
	       "  git push"},
    {"signature.signer", RULE, .title = "a signature of somebody else",
	.meaning = "The signature is good, but its key belongs to nobody the "
		   "rule asks for, or to somebody who does not count today.",
	.example = "A commit signed with a new key that `people` does not list "
		   "yet.",
	.fix = "Sign with a key the policy knows; the administrator adds new "
	       "ones to `people`.\n"
	       "  git commit --amend --no-edit -S\n"
	       "  git push"},

    {"evidence.missing", RULE, .title = "a machine's statement is missing",
	.meaning = "The rule asks for a statement by a machine, such as a "
		   "passed scan, about this commit, and there is none.",
	.example = "A push to main before the scanner has run on the commit.",
	.fix = "Let the pipeline run on the commit and push its statement, "
	       "then push again."},
    {"evidence.stale", RULE, .title = "a machine's statement is too old",
	.meaning = "The newest statement about this commit is older than "
		   "`max_age`, or says that it was made in the future.",
	.example = "A scan of last month, where `max_age` is 7d.",
	.fix = "Let the pipeline run again, then push again."},
    {"evidence.failed", RULE, .title = "a machine says that it failed",
	.meaning = "The newest statement about this commit says that it "
		   "failed.",
	.example = "The scanner found a problem.",
	.fix = "Mend what the tool found, and let it run again."},
    {"evidence.signer", RULE, .title = "a statement nobody trusted has signed",
	.meaning = "There is a statement about this commit, but none that is "
		   "signed by anybody the rule trusts for it.",
	.example = "A statement that a developer signed, where only the "
		   "pipeline's key counts.",
	.fix = "Let the pipeline make the statement."},
    {"findings.open", RULE, .title = "findings are open that may not be",
	.meaning = "The findings register has open findings of a severity that "
		   "may not be open here.",
	.example = "A release tag while a critical finding is open.",
	.fix = "Fix the finding and record it as fixed, then push again."},
    {"findings.overdue", RULE, .title = "something is past its date",
	.meaning = "A finding of a severity that may not be overdue is past "
		   "its date.",
	.example = "A high finding of ten weeks ago, where the deadline is "
		   "30d.",
	.fix = "Settle what is overdue, and record that it is settled."},

    {"exception.unknown", .class = CODE_RULE,
	.title = "there is no such exception",
	.meaning = "The exception that is named does not exist.",
	.example = "\"Exception: EX-2026-41\", where the record is "
		   "EX-2026-014.",
	.fix = "Check its number; it must be recorded before the push that "
	       "uses it."},
    {"exception.invalid", .class = CODE_RULE,
	.title = "the exception's record has errors",
	.meaning = "The record of the exception has errors, so it waives "
		   "nothing.",
	.example = "A record without `expires`, or whose id is not its file's "
		   "name.",
	.fix = "Whoever keeps the register mends the record."},
    {"exception.expired", .class = CODE_RULE,
	.title = "the exception's last day has passed",
	.meaning = "The exception's last day has passed.",
	.example = "`expires: 2026-11-15`, and today is the 16th.",
	.fix = "Comply with the rule, or ask for a new exception."},
    {"exception.early", .class = CODE_RULE,
	.title = "the exception is not in force yet",
	.meaning = "The exception is not in force yet.",
	.example = "`approved_on` is a day to come.",
	.fix = "Wait for the day it begins, by the server's clock in UTC."},
    {"exception.scope", .class = CODE_RULE,
	.title = "the exception is for something else",
	.meaning = "The exception is for another rule, repository, ref, path "
		   "or commit.",
	.example = "An exception for release/1.2, named in a push to main.",
	.fix = "Comply with the rule, or ask for an exception that covers this "
	       "case."},
    {"exception.unsigned", .class = CODE_RULE,
	.title = "the exception is not signed",
	.meaning = "The record of the exception has no signature, or no "
		   "sign-off, of its approver.",
	.example = "EX-2026-014.yml without EX-2026-014.yml.sig.",
	.fix = "With `proof: sign-off` the approver is named in the record's "
	       "`signed_off_by`; with `proof: signature` they sign it.\n"
	       "  ssh-keygen -Y sign -n exception@refwarden -f KEY FILE"},
    {"exception.signer", .class = CODE_RULE,
	.title = "the exception's signature does not count",
	.meaning = "The record's signature is not good, or not that of "
		   "somebody who may approve exceptions.",
	.example = "A record that was edited after it was signed.",
	.fix = "Somebody who may approves the record as it is now: with "
	       "`proof: sign-off` by `signed_off_by` in it; with `proof: "
	       "signature` they sign it.\n"
	       "  ssh-keygen -Y sign -n exception@refwarden -f KEY FILE"},
    {"exception.self", .class = CODE_RULE,
	.title = "the exception's approver is a party to it",
	.meaning = "The exception was approved by somebody who asked for it, "
		   "wrote the change or pushes it.",
	.example = "The CTO approves an exception for a commit of their own.",
	.fix = "Another approver has to approve it."},
    {"exception.spent", .class = CODE_RULE, .title = "the exception is used up",
	.meaning = "The exception has been used as often as it may be.",
	.example = "`max_uses: 1`, and a push has used it.",
	.fix = "Comply with the rule, or ask for a new exception."},
    {"exception.revoked", .class = CODE_RULE,
	.title = "the exception was taken back",
	.meaning = "The exception was taken back.",
	.example = "The record has `revoked_on`.",
	.fix = "Comply with the rule, or ask for a new exception."},

    {"regex.limit", SERVER, .title = "a pattern takes too much work to match",
	.meaning = "A pattern of the policy took too much work to match, so "
		   "that it can not be told whether it matches.",
	.example = "A pattern such as \"(a+)+b\" and a long message.",
	.fix = "The administrator writes the pattern without nested "
	       "repetition; until then, a shorter text may pass."},
    {"log.unavailable", SERVER, .title = "the decision can not be recorded",
	.meaning = "The decision could not be recorded. A push that leaves no "
		   "record is not accepted.",
	.example = "The syslog socket is gone, or the disk of the journal is "
		   "full.",
	.fix = "The administrator brings the log back; nothing is wrong with "
	       "your commits. Then push again."},
    {"internal.error", SERVER, .title = "something failed on the server",
	.meaning = "Something failed on the server, so that the push could not "
		   "be judged.",
	.example = "A file could not be read; memory ran out.",
	.fix = "Push again; if it stays, give the id at the end of the message "
	       "to the administrator.\n"
	       "  refwarden audit show ID"},
};

const size_t code_count = sizeof codes / sizeof codes[0];

const struct code *
code_find(const char *slug)
{
	for (size_t i = 0; i < code_count; i++)
		if (strcmp(codes[i].slug, slug) == 0)
			return &codes[i];
	return NULL;
}
