package svg

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// A rgb is a colour in linear light.
type rgb [3]float64

func parse(t *testing.T, hex string) (c rgb) {
	t.Helper()
	for i := range c {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		v := float64(n) / 255
		if v <= 0.04045 {
			c[i] = v / 12.92
		} else {
			c[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return c
}

func (c rgb) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is that of WCAG 2.2.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// sights are how colours look to people of three kinds of colour blindness, in linear light.
//
// Source: Machado, Oliveira & Fernandes 2009, doi 10.1109/TVCG.2009.113, severity 1.0.
var sights = []struct {
	name string
	by   [3]rgb
}{
	{"protanopia", [3]rgb{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
	{"deuteranopia", [3]rgb{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
	{"tritanopia", [3]rgb{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
	{"full colour", [3]rgb{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
}

func (c rgb) seen(by [3]rgb) (s rgb) {
	for i := range s {
		s[i] = min(max(by[i][0]*c[0]+by[i][1]*c[1]+by[i][2]*c[2], 0), 1)
	}
	return s
}

// lab is CIE 1976 L*a*b* under D65.
func (c rgb) lab() [3]float64 {
	x := (0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047
	y := 0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2]
	z := (0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	return [3]float64{116*f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))}
}

// delta is CIE 1976 delta-E.
func delta(a, b rgb) float64 {
	x, y := a.lab(), b.lab()
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// both calls f for light and for dark screens.
func both(t *testing.T, f func(t *testing.T, of func(Colour) rgb)) {
	t.Helper()
	for _, mode := range []string{"light", "dark"} {
		t.Run(mode, func(t *testing.T) {
			f(t, func(c Colour) rgb {
				for _, tone := range palette() {
					if tone.name == c {
						return parse(t, map[string]string{"light": tone.light, "dark": tone.dark}[mode])
					}
				}
				t.Fatalf("no colour %s", c)
				return rgb{}
			})
		})
	}
}

func TestPaletteTextHasContrastOfFourAndAHalf(t *testing.T) {
	both(t, func(t *testing.T, of func(Colour) rgb) {
		t.Helper()
		on := [][2]Colour{{Ink, Paper}, {Mute, Paper}, {Ink, Band1}, {Ink, Band2}, {Mute, Band1}, {Mute, Band2}, {Blue, Paper}, {Orange, Paper}, {Plum, Paper}, {Paper, Blue}, {Paper, Orange}}
		for _, step := range Steps() {
			on = append(on, [2]Colour{On(step), step})
		}
		for _, pair := range on {
			require.GreaterOrEqual(t, contrast(of(pair[0]), of(pair[1])), 4.5, "%s on %s", pair[0], pair[1])
		}
	})
}

func TestPaletteMarksHaveContrastOfThree(t *testing.T) {
	both(t, func(t *testing.T, of func(Colour) rgb) {
		t.Helper()
		for _, mark := range []Colour{Ink, Axis, Blue, Orange, Plum, Grey} {
			for _, ground := range []Colour{Paper, Band1, Band2} {
				require.GreaterOrEqual(t, contrast(of(mark), of(ground)), 3.0, "%s on %s", mark, ground)
			}
		}
	})
}

func TestPalettePairsStayApartInColourBlindness(t *testing.T) {
	both(t, func(t *testing.T, of func(Colour) rgb) {
		t.Helper()
		for _, pair := range [][2]Colour{{Blue, Orange}, {Blue, Step1}, {Orange, Step1}, {Blue, Paper}, {Orange, Paper}, {Plum, Paper}, {Step0, Step4}} {
			for _, sight := range sights {
				d := delta(of(pair[0]).seen(sight.by), of(pair[1]).seen(sight.by))
				require.GreaterOrEqual(t, d, 40.0, "%s and %s in %s", pair[0], pair[1], sight.name)
			}
		}
	})
}
