package geo

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

// A Distance is a length in metres.
type Distance float64

// Units of distance: 8 * geo.Kilometre.
const (
	Metre     Distance = 1
	Kilometre          = 1000 * Metre
	Mile               = 1609.344 * Metre
)

// String returns d in metres below a kilometre, else in kilometres: "350 m", "2.4 km".
func (d Distance) String() string {
	if math.Abs(float64(d)) < 999.5 {
		return fmt.Sprintf("%.0f m", float64(d))
	}
	return fmt.Sprintf("%.1f km", float64(d/Kilometre))
}

// A Point is a place on the Earth, in degrees of WGS 84. The zero Point is
// unknown: software that has no coordinates writes (0, 0), where there is only sea.
type Point struct {
	Lat float64 `json:"lat"` // from -90 to 90
	Lon float64 `json:"lon"` // from -180 to 180
}

// NewPoint returns the Point at lat and lon. It fails outside their ranges, for
// NaN, and for (0, 0), which would be unknown.
func NewPoint(lat, lon float64) (Point, error) {
	e := &sp.InvalidError{Subject: "point"}
	e.Check(lat >= -90 && lat <= 90, "latitude", "must be from -90 to 90")
	e.Check(lon >= -180 && lon <= 180, "longitude", "must be from -180 to 180")
	e.Check(lat != 0 || lon != 0, "", "is (0, 0), which stands for missing coordinates")
	if err := e.Err(); err != nil {
		return Point{}, err
	}
	return Point{Lat: lat, Lon: lon}, nil
}

// IsZero reports whether p is unknown.
func (p Point) IsZero() bool { return p == Point{} }

// earthRadius is the mean radius R1 of the GRS 80 ellipsoid, in metres (IUGG).
const earthRadius = 6371008.8

// DistanceTo returns the great-circle distance from p to q by the haversine
// formula, which is within 0.6 % of the ellipsoid. It returns false if either is unknown.
func (p Point) DistanceTo(q Point) (Distance, bool) {
	if p.IsZero() || q.IsZero() {
		return 0, false
	}
	const rad = math.Pi / 180
	sinLat := math.Sin((q.Lat - p.Lat) * rad / 2)
	sinLon := math.Sin((q.Lon - p.Lon) * rad / 2)
	h := sinLat*sinLat + math.Cos(p.Lat*rad)*math.Cos(q.Lat*rad)*sinLon*sinLon
	return Distance(2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))), true
}

// String returns p as "54.0466,-2.8007", or "unknown".
func (p Point) String() string {
	if p.IsZero() {
		return "unknown"
	}
	return fmt.Sprintf("%.4f,%.4f", p.Lat, p.Lon)
}
