package report

import "strings"

// Words are what a page says by itself, by key. Names in braces stand for values.
type Words map[string]string

// English returns the words of a page: all keys that there are.
func English() Words {
	return Words{
		"skip":     "Skip to what was found",
		"contents": "Contents",
		"found":    "In short",
		"numbers":  "The numbers behind it: {title}",
		"basis":    "What this rests on",
		"foot":     "This page needs no network and no script. Small numbers of people are not shown.",
		"hidden":   "not shown",
		"left out": "Left out: {what}.",
		"source":   "Source: {what}.",
		"part of":  "{what}, of {of}.",
		"figure":   "Indicator",
		"value":    "Value, with its interval",
		"counted":  "Counted",
		"between":  " ({lower} to {upper})",
		"or more":  " ({lower} or more)",
		"or less":  " ({upper} or less)",
		"cases of": "{cases} of {of}",

		"row of": "{row}, {of}",

		"study":     "What the study found",
		"measured":  "Measured here",
		"said":      "Said here",
		"nothing":   "cannot be told here",
		"lost":      "People lost to it, of those referred",
		"why":       "Why the evidence is no better",
		"ask":       "To know more",
		"lost to":   "{share} of the people referred were lost to barrier {no}, {barrier}",
		"got worse": "Barrier {no}, {barrier}: {figure}",

		"evidence strong": "strong evidence",
		"evidence fair":   "fair evidence",
		"evidence weak":   "weak evidence",
		"evidence none":   "no evidence",
	}
}

func (w Words) say(key string, values ...string) string {
	text, ok := w[key]
	if !ok {
		text = English()[key]
	}
	return strings.NewReplacer(values...).Replace(text)
}
