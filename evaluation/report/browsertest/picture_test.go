package browsertest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Where texts of a picture are cut off, and where two stand upon each other.
const faults = `(() => {
	const svg = document.querySelector("svg"), box = svg.getBoundingClientRect()
	const texts = [...svg.querySelectorAll("text")].filter(t => t.textContent.trim())
		.map(t => ({says: t.textContent.slice(0, 40), turned: t.getAttribute("transform"), ...t.getBoundingClientRect().toJSON()}))
	const faults = []
	for (const t of texts)
		if (t.left < box.left - 1 || t.right > box.right + 1 || t.top < box.top - 1 || t.bottom > box.bottom + 1) faults.push("cut off: " + t.says)
	for (let i = 0; i < texts.length; i++)
		for (let k = i + 1; k < texts.length; k++) {
			const a = texts[i], b = texts[k]
			const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
			if (w > 2 && h > 4) faults.push(a.says + " stands upon " + b.says)
		}
	return faults
})()`

// A computer has one of these fonts or another, and none is as wide as the next.
func TestPictureHasNoTextThatIsCutOrStandsUponAnother(t *testing.T) {
	files, err := filepath.Glob("../../chart/testdata/*.svg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	ctx := browser(t)
	for _, file := range files {
		for _, font := range []string{"Liberation Sans", "DejaVu Sans"} {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".svg")+" in "+font, func(t *testing.T) {
				others := open(t, ctx, screens[0], file)
				evaluate[any](t, ctx, `document.querySelectorAll("text, tspan, svg").forEach(e => e.style.fontFamily = "`+font+`")`)
				require.Empty(t, evaluate[[]string](t, ctx, faults))
				require.Empty(t, *others, "requests for anything but the picture")
			})
		}
	}
}
