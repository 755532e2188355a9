/* Charts as SVG: patterns beside colours, words beside both. */
#include <stdlib.h>

#include "base/clock.h"
#include "report/audit_form.h"

/* In the chart's own units, of which a page is WIDTH wide. */
enum {
	WIDTH = 720,
	LEFT = 44,    /* the scale's numbers */
	TOP = 34,     /* the legend */
	HEIGHT = 180, /* the highest bar */
	BARS = 60,    /* more weeks than this are put together */
	DATE = 62,    /* a date and some room */
	BAR_ROW = 26,
	BAR_NAME = 220,
	BAR_VALUE = 56,
	NAME_LIMIT = 32, /* characters that fit beside a bar */
};

static const char *const part_classes[WEEK_PARTS] = {"a", "x", "h", "r", "e"};

/* The smallest of 1, 2, 5, 10, 20... of which four reach the value. */
static int64_t
step_for(int64_t value)
{
	int64_t step = 1;

	for (int i = 0; step * 4 < value; i++)
		step = i % 3 == 1 ? step / 2 * 5 : step * 2;
	return step;
}

struct weekly {
	const struct figures *figures;
	size_t each, count; /* weeks in a bar, bars */
	int64_t step, top;  /* of the scale */
	double pitch;       /* from bar to bar */
};

static int64_t
part_of(const struct weekly *weekly, size_t bar, size_t part)
{
	const struct figures *figures = weekly->figures;
	int64_t sum = 0;

	for (size_t i = bar * weekly->each;
	     i < (bar + 1) * weekly->each && i < figures->weeks; i++)
		sum += figures->week[i][week_parts[part]];
	return sum;
}

static int64_t
bar_of(const struct weekly *weekly, size_t bar)
{
	int64_t sum = 0;

	for (size_t k = 0; k < WEEK_PARTS; k++)
		sum += part_of(weekly, bar, k);
	return sum;
}

static struct weekly
weekly_of(const struct figures *figures)
{
	struct weekly weekly = {
	    .figures = figures, .each = (figures->weeks + BARS - 1) / BARS};
	int64_t most = 1;

	weekly.count = (figures->weeks + weekly.each - 1) / weekly.each;
	for (size_t i = 0; i < weekly.count; i++)
		if (bar_of(&weekly, i) > most)
			most = bar_of(&weekly, i);
	weekly.step = step_for(most);
	weekly.top = (most + weekly.step - 1) / weekly.step * weekly.step;
	weekly.pitch = (double)(WIDTH - LEFT) / (double)weekly.count;
	if (weekly.pitch > 72)
		weekly.pitch = 72;
	return weekly;
}

static void
legend_add(struct text *out)
{
	static const int at[WEEK_PARTS] = {0, 100, 242, 308, 392};

	for (size_t k = 0; k < WEEK_PARTS; k++)
		text_add_format(out,
		    "<rect class=\"%s\" x=\"%d\" y=\"2\" width=\"14\" "
		    "height=\"12\"/><text x=\"%d\" y=\"12.5\">%s</text>\n",
		    part_classes[k], LEFT + at[k], LEFT + at[k] + 20,
		    week_part_names[k]);
}

static void
scale_add(struct text *out, const struct weekly *weekly)
{
	for (int64_t at = 0; at <= weekly->top; at += weekly->step) {
		double y = TOP + HEIGHT -
			   (double)HEIGHT * (double)at / (double)weekly->top;

		text_add_format(out,
		    "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" "
		    "y2=\"%.1f\"/><text class=\"n\" x=\"%d\" y=\"%.1f\">",
		    at == 0 ? "axis" : "grid", LEFT, WIDTH, y, y, LEFT - 8,
		    y + 4);
		number_add(out, at);
		text_add(out, "</text>\n");
	}
}

static void
week_title_add(struct text *out, const struct weekly *weekly, size_t bar)
{
	long first = weekly->figures->monday + (long)(bar * weekly->each) * 7;
	char day[16];

	text_add_format(out, "<title>from %s: ", day_format(first, day));
	for (size_t k = 0; k < WEEK_PARTS; k++) {
		text_add(out, k > 0 ? ", " : "");
		number_add(out, part_of(weekly, bar, k));
		text_add_format(out, " %s", week_part_names[k]);
	}
	text_add(out, "</title>");
}

static void
week_add(struct text *out, const struct weekly *weekly, size_t bar)
{
	double width = weekly->pitch * 0.72;
	double x =
	    LEFT + weekly->pitch * (double)bar + (weekly->pitch - width) / 2;
	double y = TOP + HEIGHT;

	text_add(out, "<g>");
	week_title_add(out, weekly, bar);
	for (size_t k = 0; k < WEEK_PARTS; k++) {
		double height = (double)HEIGHT *
				(double)part_of(weekly, bar, k) /
				(double)weekly->top;

		if (height <= 0)
			continue;
		y -= height;
		text_add_format(out,
		    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" "
		    "width=\"%.1f\" height=\"%.1f\"/>",
		    part_classes[k], x, y, width, height);
	}
	/* How many, where there is room for it. */
	if (weekly->pitch >= 30 && bar_of(weekly, bar) > 0) {
		text_add_format(out, "<text class=\"m\" x=\"%.1f\" y=\"%.1f\">",
		    x + width / 2, y - 5);
		number_add(out, bar_of(weekly, bar));
		text_add(out, "</text>");
	}
	text_add(out, "</g>\n");
}

static void
dates_add(struct text *out, const struct weekly *weekly)
{
	size_t every = (size_t)(DATE / weekly->pitch) + 1;
	char day[16];

	for (size_t i = 0; i < weekly->count; i += every) {
		long first =
		    weekly->figures->monday + (long)(i * weekly->each) * 7;

		day_format(first, day);
		text_add_format(out,
		    "<text class=\"m\" x=\"%.1f\" y=\"%d\">%s</text>\n",
		    LEFT + weekly->pitch * ((double)i + 0.5), TOP + HEIGHT + 18,
		    i == 0 ? day : day + 5);
	}
}

void
chart_weeks(struct text *out, const struct figures *figures)
{
	struct weekly weekly = weekly_of(figures);

	text_add_format(out,
	    "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-labelledby=\"weeks-title weeks-desc\">\n"
	    "<title id=\"weeks-title\">Decisions per ",
	    WIDTH, TOP + HEIGHT + 26);
	if (weekly.each > 1)
		text_add_format(out, "%zu weeks", weekly.each);
	else
		text_add(out, "week");
	text_add(out, "</title>\n<desc id=\"weeks-desc\">Stacked bars, one for "
		      "each; all figures are in the table below."
		      "</desc>\n"
		      "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
		      "patternUnits=\"userSpaceOnUse\" "
		      "patternTransform=\"rotate(45)\"><rect class=\"hb\" "
		      "width=\"6\" height=\"6\"/><rect class=\"hl\" "
		      "width=\"2.5\" height=\"6\"/></pattern></defs>\n");
	legend_add(out);
	scale_add(out, &weekly);
	for (size_t i = 0; i < weekly.count; i++)
		week_add(out, &weekly, i);
	dates_add(out, &weekly);
	text_add(out, "</svg>\n");
}

/* As much of the name as there is room for beside the bar. */
static void
name_add(struct text *out, const char *name)
{
	char *cut = text_cut(name, NAME_LIMIT);

	html_add(out, cut);
	free(cut);
}

void
chart_bars(struct text *out, const struct bar *bars, size_t count)
{
	int64_t most = 1;

	for (size_t i = 0; i < count; i++)
		if (bars[i].value > most)
			most = bars[i].value;
	text_add_format(out,
	    "<svg viewBox=\"0 0 %d %zu\" role=\"img\" "
	    "aria-labelledby=\"bars-title bars-desc\">\n"
	    "<title id=\"bars-title\">Refusals by rule</title>\n"
	    "<desc id=\"bars-desc\">One bar for each rule, with the number "
	    "of refused refs.</desc>\n",
	    WIDTH, count * BAR_ROW + 4);
	for (size_t i = 0; i < count; i++) {
		double width = (double)(WIDTH - BAR_NAME - BAR_VALUE) *
			       (double)bars[i].value / (double)most;
		size_t y = i * BAR_ROW + 4;

		text_add_format(out, "<text class=\"n\" x=\"%d\" y=\"%zu\">",
		    BAR_NAME - 10, y + 13);
		name_add(out, bars[i].name);
		text_add_format(out,
		    "</text><rect class=\"r\" x=\"%d\" y=\"%zu\" "
		    "width=\"%.1f\" height=\"18\"/><text x=\"%.1f\" "
		    "y=\"%zu\">",
		    BAR_NAME, y, width, BAR_NAME + width + 7, y + 13);
		number_add(out, bars[i].value);
		text_add(out, "</text>\n");
	}
	text_add(out, "</svg>\n");
}
