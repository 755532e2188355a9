/* The report as one HTML file that needs nothing else. */
#include <string.h>

#include "base/clock.h"
#include "report/audit_form.h"

static const char style[] =
    ":root{--ink:#1b1f24;--soft:#5b6570;--line:#d5dae0;--wash:#f4f6f8;"
    "--page:#fff;--ok:#a9c3dc;--warn:#c98a1b;--warnbg:#fff;--bad:#8c2332;"
    "color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e4e8ec;--soft:#9aa5b1;"
    "--line:#39424c;--wash:#1d2329;--page:#14181c;--ok:#47688a;"
    "--warn:#e0a63c;--warnbg:#14181c;--bad:#e0707e}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--page);color:var(--ink);"
    "font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\","
    "sans-serif;font-variant-numeric:tabular-nums}\n"
    "main{max-width:62rem;margin:0 auto;padding:3rem 1.5rem 4rem}\n"
    "h1{font-size:2rem;line-height:1.2;margin:0 0 1.25rem;"
    "letter-spacing:-.015em}\n"
    "h2{font-size:1.2rem;margin:2.75rem 0 .75rem;padding-top:.75rem;"
    "border-top:2px solid var(--ink);break-after:avoid}\n"
    "p{max-width:44rem;margin:.6rem 0}\n"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fit,"
    "minmax(8.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0}\n"
    ".tiles div{border:1px solid var(--line);border-radius:6px;"
    "padding:.7rem .9rem;background:var(--wash);break-inside:avoid;"
    "display:flex;flex-direction:column;justify-content:space-between}\n"
    ".tiles dt{color:var(--soft);font-size:.82rem;line-height:1.3}\n"
    ".tiles dd{margin:0;font-size:1.6rem;line-height:1.3;font-weight:650;"
    "letter-spacing:-.01em}\n"
    ".scroll{overflow-x:auto;margin:1rem 0}\n"
    "table{border-collapse:collapse;width:100%;font-size:.9rem;"
    "line-height:1.4}\n"
    "th{text-align:left;font-weight:600;font-size:.8rem;color:var(--soft);"
    "vertical-align:bottom;border-bottom:1.5px solid var(--ink)}\n"
    "th,td{padding:.45rem .9rem .45rem 0}\n"
    "th:last-child,td:last-child{padding-right:0}\n"
    "td{vertical-align:top;border-bottom:1px solid var(--line);"
    "overflow-wrap:anywhere}\n"
    "tr{break-inside:avoid}\n"
    "td:not(.c):not(.s){min-width:8.8em}\n"
    ".pair{max-width:44rem}\n"
    ".c{text-align:right}\n"
    ".s,td.c{white-space:nowrap;overflow-wrap:normal}\n"
    ".z{color:var(--soft)}\n"
    "td:first-child>b{font-weight:600}\n"
    "small{display:block;color:var(--soft);font-size:.82rem;"
    "line-height:1.35}\n"
    "figure{margin:1rem 0;break-inside:avoid}\n"
    "svg{display:block;width:100%;height:auto;overflow:visible}\n"
    "svg text{font-size:12px;fill:var(--ink)}\n"
    "svg .n{text-anchor:end;fill:var(--soft)}\n"
    "svg .m{text-anchor:middle;fill:var(--soft)}\n"
    ".grid{stroke:var(--line)}.axis{stroke:var(--ink)}\n"
    ".a{fill:var(--ok)}.h{fill:var(--line)}.x{fill:url(#hatch);stroke:var(--"
    "warn)}"
    ".r{fill:var(--bad)}\n"
    ".e{fill:var(--page);stroke:var(--ink);stroke-width:1.5}\n"
    ".hb{fill:var(--warnbg)}.hl{fill:var(--warn)}\n"
    "summary{cursor:pointer;color:var(--soft);font-size:.85rem}\n"
    "@page{size:A4;margin:18mm 16mm}\n"
    "@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--wash:#fff;"
    "--page:#fff;--ok:#a9c3dc;--warn:#8a5a00;--warnbg:#fff;--bad:#8c2332;"
    "}"
    "body{font-size:10pt;-webkit-print-color-adjust:exact;"
    "print-color-adjust:exact}main{max-width:none;padding:0}"
    "h1{font-size:19pt}h2{font-size:12.5pt;margin-top:7mm}"
    ".tiles{grid-template-columns:repeat(6,1fr);gap:2mm}"
    ".tiles div{padding:2mm 2.5mm}.tiles dd{font-size:14pt}"
    ".scroll{overflow:visible}details{display:none}"
    "table{font-size:8.5pt}th,small{font-size:7.8pt}"
    "th,td{padding:1.3mm 3mm 1.3mm 0}"
    "thead{display:table-header-group}p{orphans:3;widows:3}}\n";

static void
plain_add(struct text *out, const char *bytes, size_t len)
{
	switch (len == 1 ? *bytes : 0) {
	case '&':
		text_add(out, "&amp;");
		break;
	case '<':
		text_add(out, "&lt;");
		break;
	case '>':
		text_add(out, "&gt;");
		break;
	case '"':
		text_add(out, "&quot;");
		break;
	case '\'':
		text_add(out, "&#39;");
		break;
	default:
		text_add_bytes(out, bytes, len);
	}
}

void
html_add(struct text *out, const char *string)
{
	size_t len = strlen(string);

	for (size_t i = 0; i < len;)
		i += visible_add(out, string + i, len - i, plain_add);
}

static void
begin(struct text *out, const char *title)
{
	text_add(out,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n<title>");
	html_add(out, title);
	text_add_format(out,
	    "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>",
	    style);
	html_add(out, title);
	text_add(out, "</h1>\n");
}

static void
heading(struct text *out, const char *title)
{
	text_add(out, "<h2>");
	html_add(out, title);
	text_add(out, "</h2>\n");
}

static void
paragraph(struct text *out, const char *string)
{
	text_add(out, "<p>");
	html_add(out, string);
	text_add(out, "</p>\n");
}

static void
tiles(struct text *out, const struct tile *list, size_t count)
{
	text_add(out, "<dl class=\"tiles\">\n");
	for (size_t i = 0; i < count; i++) {
		text_add_format(out, "<div><dt>%s</dt><dd>", list[i].label);
		number_add(out, list[i].value);
		text_add(out, "</dd></div>\n");
	}
	text_add(out, "</dl>\n");
}

static void
header(struct text *out, const struct column *columns, size_t width)
{
	text_add_format(out, "<div class=\"scroll\"><table%s>\n<thead><tr>",
	    width == 2 ? " class=\"pair\"" : "");
	for (size_t i = 0; i < width; i++) {
		text_add(out, columns[i].kind == COLUMN_NUMBER
				  ? "<th scope=\"col\" class=\"c\">"
				  : "<th scope=\"col\">");
		html_add(out, columns[i].title);
		text_add(out, "</th>");
	}
	text_add(out, "</tr></thead>\n<tbody>\n");
}

static void
cell_add(struct text *out, const struct cell *cell, bool first,
    enum column_kind kind)
{
	bool zero = strcmp(cell->text, "0") == 0;

	text_add(out, kind == COLUMN_TEXT    ? "<td>"
		      : kind == COLUMN_SHORT ? "<td class=\"s\">"
		      : zero                 ? "<td class=\"c z\">"
					     : "<td class=\"c\">");
	text_add(out, first && *cell->text != '\0' ? "<b>" : "");
	html_add(out, cell->text);
	text_add(out, first && *cell->text != '\0' ? "</b>" : "");
	if (cell->small != NULL && *cell->small != '\0') {
		text_add(out, "<small>");
		html_add(out, cell->small);
		text_add(out, "</small>");
	}
	text_add(out, "</td>");
}

static void
table(struct text *out, const struct grid *grid)
{
	header(out, grid->columns, grid->width);
	for (size_t i = 0; i < grid->count; i++) {
		size_t column = i % grid->width;

		text_add(out, column == 0 ? "<tr>" : "");
		cell_add(out, &grid->cells[i], column == 0,
		    grid->columns[column].kind);
		text_add(out, column + 1 == grid->width ? "</tr>\n" : "");
	}
	text_add(out, "</tbody>\n</table></div>\n");
}

static void
weeks(struct text *out, const struct figures *figures)
{
	static const struct column columns[] = {{"Week from", COLUMN_SHORT},
	    {"Accepted without exception", COLUMN_NUMBER},
	    {"Under exception", COLUMN_NUMBER}, {"Held", COLUMN_NUMBER},
	    {"Refused", COLUMN_NUMBER}, {"Errors", COLUMN_NUMBER}};
	char day[16];

	text_add(out, "<figure>\n");
	chart_weeks(out, figures);
	text_add(out, "</figure>\n<details><summary>The same as a table"
		      "</summary>\n");
	header(out, columns, 1 + WEEK_PARTS);
	for (size_t i = 0; i < figures->weeks; i++) {
		text_add_format(out, "<tr><td>%s</td>",
		    day_format(figures->monday + (long)i * 7, day));
		for (size_t k = 0; k < WEEK_PARTS; k++) {
			text_add(out, "<td class=\"c\">");
			number_add(out, figures->week[i][week_parts[k]]);
			text_add(out, "</td>");
		}
		text_add(out, "</tr>\n");
	}
	text_add(out, "</tbody>\n</table></div></details>\n");
}

static void
bars(struct text *out, const struct bar *list, size_t count)
{
	text_add(out, "<figure>\n");
	chart_bars(out, list, count);
	text_add(out, "</figure>\n");
}

static void
end(struct text *out)
{
	text_add(out, "</main>\n</body>\n</html>\n");
}

const struct audit_form audit_html = {
    begin, heading, paragraph, tiles, table, weeks, bars, end};
