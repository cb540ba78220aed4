package deskbrowser

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var pictures = flag.Bool("pictures", false, "draw the pictures of docs/desk.md anew")

func TestPicturesOfTheDocsAreSmall(t *testing.T) {
	for name, size := range map[string][2]int64{"refer": {960, 640}, "today": {960, 640}, "options": {960, 640}, "lead": {960, 640}, "provider": {360, 740}, "mine": {360, 740}} {
		file := filepath.Join("../../../docs/pictures", "desk-"+name+".png")
		if *pictures {
			s := open(t)
			server, _ := pages(t)
			s.to(server.URL + "/" + name + ".html")
			s.size(size[0], size[1], "light")
			var drawn []byte
			s.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
				drawn, err = page.CaptureScreenshot().WithClip(&page.Viewport{Width: float64(size[0]), Height: float64(size[1]), Scale: 1}).Do(ctx)
				return err
			}))
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, small(t, drawn), 0o644)) //nolint:gosec // a picture that everybody may see
		}
		is, err := os.Stat(file)
		require.NoError(t, err, "go test -run Pictures -pictures")
		require.LessOrEqual(t, is.Size(), int64(60_000), name)
	}
}

// small returns a picture of text in the colours that are most of it.
func small(t *testing.T, of []byte) []byte {
	t.Helper()
	from, err := png.Decode(bytes.NewReader(of))
	require.NoError(t, err)
	count, box := map[color.Color]int{}, from.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[from.At(x, y)]++
		}
	}
	most := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	to := image.NewPaletted(box, most[:min(len(most), 64)])
	draw.Draw(to, box, from, box.Min, draw.Src)
	var b bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, to))
	return b.Bytes()
}
