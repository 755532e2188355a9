# A history as `git fast-import` reads it: some 2,000 files, then commits of one
# to five files each, reviewed, code with tests.  The same one every time.
# usage: awk -v sizes="1 10 100" -v shape=flat -f history.awk
# refs/heads/main is the state before, refs/heads/push-N is N commits later.
# The shape `flat` has few large directories, as curl and git have (curl: 4,400
# files in 44), `deep` many small ones.

function random(n) { # 0 to n - 1
	seed = (seed * 16807) % 2147483647
	return seed % n
}

function content(path,    i, text) {
	version[path]++
	for (i = 0; i < 60; i++)
		line[i] = path ": line " i
	line[version[path] % 60] = path ": version " version[path]
	text = ""
	for (i = 0; i < 60; i++)
		text = text line[i] "\n"
	return text
}

function modify(path,    data) {
	if (path in touched)
		return
	touched[path] = 1
	touches++
	data = content(path)
	printf "M 100644 inline %s\ndata %d\n%s\n", path, length(data), data
}

function commit(ref, message,    author, date) {
	date = 1700000000 + ++made * 60
	author = "Person " who " <person" who "@example.com> " date " +0000"
	printf "commit %s\nmark :%d\nauthor %s\ncommitter %s\n", \
	    ref, made, author, author
	printf "data %d\n%s\n", length(message), message
	split("", touched)
	touches = 0
}

function name(kind, i) {
	if (shape == "flat")
		return flat[kind, i % 3] i (kind == "page" ? ".md" : ".c")
	return sprintf(deep[kind], i % 30, int(i / 30) % 4, i)
}

BEGIN {
	seed = 20261122
	flat["code", 0] = flat["code", 1] = "lib/file"
	flat["code", 2] = "src/tool"
	flat["test", 0] = flat["test", 1] = "tests/data/test"
	flat["test", 2] = "tests/unit/unit"
	flat["page", 0] = flat["page", 1] = flat["page", 2] = "docs/page"
	deep["code"] = "src/part%02d/group%d/file%d.c"
	deep["test"] = "tests/part%02d/kind%d/test%d.c"
	deep["page"] = "docs/chapter%02d/%d/page%d.md"
	for (i = 0; i < 1300; i++)
		code[i] = name("code", i)
	for (i = 0; i < 500; i++)
		test[i] = name("test", i)
	for (i = 0; i < 200; i++)
		page[i] = name("page", i)

	who = 0
	commit("refs/heads/main", "Begin\n")
	for (i = 0; i < 1300; i++) modify(code[i])
	for (i = 0; i < 500; i++) modify(test[i])
	for (i = 0; i < 200; i++) modify(page[i])

	wanted = split(sizes, size, " ")
	for (i = 1; i <= wanted; i++) {
		tip[size[i]] = 1
		if (size[i] + 0 > most)
			most = size[i] + 0
	}
	for (n = 1; n <= most; n++) {
		who = random(20)
		reviewer = (who + 1 + random(19)) % 20
		commit("refs/heads/work", "Change number " n "\n\n" \
		    "What it does is said here, and why, in a paragraph of\n" \
		    "two lines as most commits have one.\n\n" \
		    "Signed-off-by: Person " who " <person" who "@example.com>\n" \
		    "Reviewed-by: Person " reviewer " <person" reviewer \
		    "@example.com>\n")
		if (n == 1)
			print "from :1"
		if (random(8) > 0) {
			for (k = random(3); k >= 0; k--)
				modify(code[random(1300)])
			modify(test[random(500)])
		}
		if (random(4) == 0 || touches == 0)
			modify(page[random(200)])
		if (n in tip)
			printf "reset refs/heads/push-%d\nfrom :%d\n", n, made
	}
}
