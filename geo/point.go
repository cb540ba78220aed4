package geo

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/column"
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
	e.Check(lat >= -90 && lat <= 90, "lat", sp.OutOfRange, "must be from -90 to 90")
	e.Check(lon >= -180 && lon <= 180, "lon", sp.OutOfRange, "must be from -180 to 180")
	e.Check(lat != 0 || lon != 0, "", sp.Malformed, "is (0, 0), which stands for missing coordinates")
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

// Value implements [driver.Valuer]: metres as a number.
func (d Distance) Value() (driver.Value, error) { return float64(d), nil }

// Scan implements sql.Scanner and reads a number. NULL is an error.
func (d *Distance) Scan(src any) error {
	switch v := src.(type) {
	case float64:
		*d = Distance(v)
	case int64:
		*d = Distance(v)
	default:
		return sp.Invalid("distance", "", sp.Malformed, "must be a number of metres")
	}
	return nil
}

// MarshalText writes the exact latitude and longitude, "54.0735,-2.866", and an unknown
// point as nothing.
func (p Point) MarshalText() ([]byte, error) {
	if p.IsZero() {
		return []byte{}, nil
	}
	text := strconv.AppendFloat(nil, p.Lat, 'f', -1, 64)
	return strconv.AppendFloat(append(text, ','), p.Lon, 'f', -1, 64), nil
}

// UnmarshalText reads what MarshalText writes.
func (p *Point) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Point{}
		return nil
	}
	lat, lon, found := strings.Cut(string(text), ",")
	x, latErr := strconv.ParseFloat(lat, 64)
	y, lonErr := strconv.ParseFloat(lon, 64)
	if !found || latErr != nil || lonErr != nil {
		return sp.Invalid("point", "", sp.Malformed, "must be a latitude and a longitude with a comma between them, written as 54.0735,-2.866")
	}
	return p.take(x, y)
}

func (p *Point) take(lat, lon float64) error {
	v, err := NewPoint(lat, lon)
	if err != nil {
		return err
	}
	*p = v
	return nil
}

// MarshalJSON writes an object with lat and lon.
func (p Point) MarshalJSON() ([]byte, error) {
	type object Point // without the methods, lest they call themselves
	return json.Marshal(object(p))
}

// UnmarshalJSON reads an object with lat and lon, and checks it as [NewPoint] does. An
// object without either, or with two zeros, is unknown.
func (p *Point) UnmarshalJSON(data []byte) error {
	type object Point
	var v object
	if err := json.Unmarshal(data, &v); err != nil {
		return sp.Invalid("point", "", sp.WrongType, "must be an object with the numbers lat and lon")
	}
	if v == (object{}) {
		*p = Point{}
		return nil
	}
	return p.take(v.Lat, v.Lon)
}

// Value implements [driver.Valuer]: what MarshalText writes, and NULL for unknown.
func (p Point) Value() (driver.Value, error) { return column.Value(p, p.IsZero()) }

// Scan implements sql.Scanner and reads what MarshalText writes. NULL is unknown.
func (p *Point) Scan(src any) error { return scan("point", src, p) }
