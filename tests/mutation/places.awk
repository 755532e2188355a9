# The places of C sources where one word can become another, a line each:
#	KEY FILE LINE COLUMN FROM TO
# with tabs between them.  The first ones by KEY are a choice by chance, which
# is the same wherever `seed` is.

function change(a, b) { from[++rows] = a; to[rows] = b }
function either(a, b) { change(a, b); change(b, a) }

BEGIN {
	OFS = "\t"
	key = seed + 1
	either(" ==", " !=")
	either(" <", " <=")
	either(" >", " >=")
	either(" &&", " ||")
	either(" + 1", " - 1")
	either("true", "false")
	either("return 0;", "return -1;")
	change("return 1;", "return 0;")
	change("return error_", "return !error_")
	change("== -1", "== 0")
	change("? -1 :", "? 0 :")
	change(": -1;", ": 0;")
	change("(!", "(")
	change(" !", " ")
	change("if (", "if (1 || ")
	change("if (", "if (0 && ")
	change("while (", "while (0 && ")
	either("break;", "continue;")
}

# Is it all of a word or an operator, and not a part of one?
function is_whole(word, before, after) {
	return !(word ~ /^[a-z]/ && before ~ /[A-Za-z0-9_]/) &&
	    !(word ~ /[a-z0-9]$/ && after ~ /[A-Za-z0-9_]/) &&
	    !(word ~ /[!=<>]$/ && after ~ /[=<>]/)
}

# The line with blanks for its strings and comments.
function code_of(line) {
	while (match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*.*\*\//))
		line = substr(line, 1, RSTART - 1) sprintf("%*s", RLENGTH, "") \
		    substr(line, RSTART + RLENGTH)
	return line
}

function place(column, a, b) {
	key = key * 48271 % 2147483647
	print key, FILENAME, FNR, column, a, b
}

# Only functions begin and end at the left edge.
/^{/, /^}/ {
	if (/^[\t ]*\/\*/)
		in_comment = 1
	if (in_comment || /^#/) {
		in_comment = in_comment && !/\*\//
		next
	}
	code = code_of($0)
	for (row = 1; row <= rows; row++) {
		size = length(from[row])
		for (at = 1; n = index(substr(code, at), from[row]); at++) {
			at += n - 1
			if (is_whole(from[row], substr(code, at - 1, 1),
			    substr(code, at + size, 1)))
				place(at, from[row], to[row])
		}
	}
	# A call that is a statement of its own is not made.
	if (after_statement && match(code, /^\t+[a-z0-9_]+\(/)) {
		match(code, /[a-z0-9_]+\(/)
		call = substr(code, RSTART, RLENGTH)
		if (call !~ /^(if|for|while|switch|sizeof)\(/)
			place(RSTART, call, "while (0) " call)
	}
	after_statement = code ~ /([;{}:)]|else)[\t ]*$/
}
