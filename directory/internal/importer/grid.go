package importer

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/geo"
)

// gridReference is a reference of the national grid of Great Britain: two letters, and as
// many figures to the east as to the north, three to five. One letter is the grid of Ireland.
var gridReference = regexp.MustCompile(`^([HNST][A-HJ-Z]) ?(\d{6}|\d{8}|\d{10}|\d{3} \d{3}|\d{4} \d{4}|\d{5} \d{5})$`)

// pointOfGrid reads a reference of the national grid as the middle of its square, which
// has a hundred metres at most.
func pointOfGrid(s string) (geo.Point, bool) {
	m := gridReference.FindStringSubmatch(strings.ToUpper(s))
	if m == nil {
		return geo.Point{}, false
	}
	figures := strings.Replace(m[2], " ", "", 1)
	half := len(figures) / 2
	east, err1 := strconv.Atoi(figures[:half])
	north, err2 := strconv.Atoi(figures[half:])
	if err1 != nil || err2 != nil {
		return geo.Point{}, false
	}
	square := math.Pow10(5 - half)
	letters := [2]int{numberOfLetter(m[1][0]), numberOfLetter(m[1][1])}
	e := 500_000*(letters[0]%5-2) + 100_000*(letters[1]%5)
	n := 500_000*(3-letters[0]/5) + 100_000*(4-letters[1]/5)
	return pointOfMetres(float64(e)+(float64(east)+.5)*square, float64(n)+(float64(north)+.5)*square)
}

// numberOfLetter counts the letters of the grid, which has no I, from 0.
func numberOfLetter(c byte) int {
	n := int(c - 'A')
	if c > 'I' {
		n--
	}
	return n
}

// An ellipsoid has two half axes, in metres.
type ellipsoid struct{ a, b float64 }

var (
	airy1830 = ellipsoid{6377563.396, 6356256.909}
	wgs84    = ellipsoid{6378137, 6356752.314245}
)

// squared returns the square of the eccentricity.
func (l ellipsoid) squared() float64 { return 1 - l.b*l.b/(l.a*l.a) }

// The projection of the national grid: its scale, its true origin in radians, and the
// metres that this has. Source: Ordnance Survey, A guide to coordinate systems in Great
// Britain (2020), annexes A and C.
const (
	gridScale  = 0.9996012717
	gridLat    = 49 * math.Pi / 180
	gridLon    = -2 * math.Pi / 180
	gridEast   = 400_000
	gridNorth  = -100_000
	mostEast   = 700_000
	mostNorth  = 1_300_000
	arcSeconds = math.Pi / 180 / 3600
)

// pointOfMetres reads metres to the east and the north on the national grid, within ten
// metres. It is false for what lies outside of it.
func pointOfMetres(east, north float64) (geo.Point, bool) {
	if !(east > 0 && east < mostEast && north > 0 && north < mostNorth) {
		return geo.Point{}, false
	}
	lat, lon := unproject(east, north)
	x, y, z := airy1830.cartesian(lat, lon)
	const s, rx, ry, rz = 1 - 20.4894e-6, .1502 * arcSeconds, .2470 * arcSeconds, .8421 * arcSeconds
	lat, lon = wgs84.angles(446.448+s*x-rz*y+ry*z, -125.157+rz*x+s*y-rx*z, 542.060-ry*x+rx*y+s*z)
	p, err := geo.NewPoint(degreesOf(lat), degreesOf(lon))
	return p, err == nil
}

// degreesOf writes radians as degrees, to the metre that they are good for.
func degreesOf(radians float64) float64 { return math.Round(radians*180/math.Pi*1e5) / 1e5 }

// unproject returns latitude and longitude on the ellipsoid of Airy, in radians.
func unproject(east, north float64) (lat, lon float64) {
	a, e2 := airy1830.a*gridScale, airy1830.squared()
	lat = gridLat
	for m := 0.; math.Abs(north-gridNorth-m) > 1e-5; {
		lat += (north - gridNorth - m) / a
		m = meridian(lat)
	}
	sin := math.Sin(lat)
	nu := a / math.Sqrt(1-e2*sin*sin)
	rho := a * (1 - e2) / math.Pow(1-e2*sin*sin, 1.5)
	eta2 := nu/rho - 1
	t, sec := math.Tan(lat), 1/math.Cos(lat)
	t2 := t * t
	d := (east - gridEast) / nu
	d2 := d * d
	lon = gridLon + sec*d*(1-d2/6*(nu/rho+2*t2)+d2*d2/120*(5+28*t2+24*t2*t2)-d2*d2*d2/5040*(61+662*t2+1320*t2*t2+720*t2*t2*t2))
	lat -= t * nu / (2 * rho) * d2 * (1 - d2/12*(5+3*t2+eta2-9*t2*eta2) + d2*d2/360*(61+90*t2+45*t2*t2))
	return lat, lon
}

// meridian returns the length of the meridian from the true origin to a latitude.
func meridian(lat float64) float64 {
	n := (airy1830.a - airy1830.b) / (airy1830.a + airy1830.b)
	minus, plus := lat-gridLat, lat+gridLat
	return airy1830.b * gridScale * ((1+n+5./4*n*n+5./4*n*n*n)*minus -
		(3*n+3*n*n+21./8*n*n*n)*math.Sin(minus)*math.Cos(plus) +
		(15./8*n*n+15./8*n*n*n)*math.Sin(2*minus)*math.Cos(2*plus) -
		35./24*n*n*n*math.Sin(3*minus)*math.Cos(3*plus))
}

// cartesian returns a place on the ellipsoid in metres from its middle.
func (l ellipsoid) cartesian(lat, lon float64) (x, y, z float64) {
	e2 := l.squared()
	nu := l.a / math.Sqrt(1-e2*math.Sin(lat)*math.Sin(lat))
	return nu * math.Cos(lat) * math.Cos(lon), nu * math.Cos(lat) * math.Sin(lon), (1 - e2) * nu * math.Sin(lat)
}

// angles returns latitude and longitude of what lies so many metres from the middle.
func (l ellipsoid) angles(x, y, z float64) (lat, lon float64) {
	e2, p := l.squared(), math.Hypot(x, y)
	lat = math.Atan2(z, p*(1-e2))
	for range 6 { // each time some three digits are right
		nu := l.a / math.Sqrt(1-e2*math.Sin(lat)*math.Sin(lat))
		lat = math.Atan2(z+e2*nu*math.Sin(lat), p)
	}
	return lat, math.Atan2(y, x)
}
