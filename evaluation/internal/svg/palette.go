package svg

import (
	"fmt"
	"strings"
)

// A Colour names a role. Each has a value for light and for dark screens.
type Colour string

// The roles. A test computes that text, marks and pairs can be told apart.
const (
	Ink    Colour = "ink"
	Mute   Colour = "mute"
	Grid   Colour = "grid" // carries no meaning
	Axis   Colour = "axis"
	Paper  Colour = "paper"
	Band1  Colour = "band1" // between inner limits
	Band2  Colour = "band2" // between outer limits
	Blue   Colour = "blue"
	Orange Colour = "orange"
	Plum   Colour = "plum"
	Grey   Colour = "grey"
	Step0  Colour = "h0" // five steps, from hardly any to most
	Step1  Colour = "h1"
	Step2  Colour = "h2"
	Step3  Colour = "h3"
	Step4  Colour = "h4"
)

// A tone is a colour in both modes, as attributes and a style sheet write it.
type tone struct {
	name        Colour
	light, dark string
}

// palette returns all tones, in the order in which a style sheet has them.
func palette() []tone {
	return []tone{
		{Ink, "#0b0c0c", "#f3f2f1"},
		{Mute, "#484f53", "#b9bcbe"},
		{Grid, "#d9dcde", "#3c4245"},
		{Axis, "#6a7276", "#959ca0"},
		{Paper, "#ffffff", "#14181a"},
		{Band1, "#d6e4f0", "#1d3448"},
		{Band2, "#eaf1f7", "#182732"},
		{Blue, "#0f5f9c", "#5bb4f0"},
		{Orange, "#b3440b", "#ffa36b"},
		{Plum, "#801650", "#e58ab8"},
		{Grey, "#666e72", "#8e9599"},
		{Step0, "#f0f4f8", "#1b2327"},
		{Step1, "#c6dbef", "#1f3a52"},
		{Step2, "#85b4d9", "#2b608c"},
		{Step3, "#2f6ea3", "#5da2d6"},
		{Step4, "#12436d", "#a9d6f8"},
	}
}

// Steps are the five steps in their order.
func Steps() []Colour { return []Colour{Step0, Step1, Step2, Step3, Step4} }

// On returns the colour of text that stands on a step.
func On(step Colour) Colour {
	if step == Step3 || step == Step4 {
		return Paper
	}
	return Ink
}

// light returns the value of a colour on light screens, in print and wherever there is no style sheet.
func light(c Colour) string {
	for _, t := range palette() {
		if t.name == c {
			return t.light
		}
	}
	return "#0b0c0c"
}

// Narrower is below how many pixels a screen gets the narrow form.
const Narrower = 800

// Style returns the style sheet: the colours of both modes, and which of two forms a page shows. Its
// rules name classes that begin with "sp-" only.
func Style() string {
	var b strings.Builder
	b.WriteString("svg.sp-chart{max-width:100%;height:auto}")
	tones := func(of func(tone) string) {
		for _, t := range palette() {
			fmt.Fprintf(&b, ".sp-f-%s{fill:%s}.sp-s-%s{stroke:%s}", t.name, of(t), t.name, of(t))
		}
	}
	tones(func(t tone) string { return t.light })
	b.WriteString("@media screen and (prefers-color-scheme:dark){")
	tones(func(t tone) string { return t.dark })
	b.WriteString("}")
	fmt.Fprintf(&b, "@media screen and (min-width:%dpx){.sp-narrow{display:none}}", Narrower)
	fmt.Fprintf(&b, "@media screen and (max-width:%dpx){.sp-wide{display:none}}", Narrower-1)
	b.WriteString("@media print{.sp-narrow{display:none}}")
	b.WriteString("@media (forced-colors:active){svg.sp-chart{forced-color-adjust:none}}")
	return b.String()
}
