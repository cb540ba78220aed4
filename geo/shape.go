package geo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Shape is an area that is drawn on the map: one or several polygons, with holes where
// it has some, as a council draws the area that a service is for. It is prepared once,
// when it is read, so that asking for a point takes less than a microsecond even for a
// thousand corners. The zero Shape is unknown.
type Shape struct{ polygons []polygon }

// A polygon is a ring around an area and the rings around its holes.
type polygon struct {
	rings                    [][]Point // each ends where it begins
	south, west, north, east float64
	buckets                  [][]edge // by latitude, from the south; an edge stands in each that it crosses
	height                   float64  // of a bucket, in degrees
}

// An edge leads from one corner to the next.
type edge struct{ a, b Point }

// Bounds of what ParseShape reads.
const (
	shapeDepth = 8 // collections within collections
	minRing    = 4 // corners of a triangle, the first of them twice
)

// ParseShape reads GeoJSON (RFC 7946): a Polygon or a MultiPolygon, a Feature that has
// one, or a collection of these. Edges are straight in degrees of latitude and longitude,
// as that standard says. What has no area, such as a point or a line, is refused with an
// [*sp.InvalidError] that names the member, and so is a ring that is not closed or leaves
// the ranges of [NewPoint].
func ParseShape(geoJSON []byte) (Shape, error) {
	var r shapeReader
	if err := r.read(geoJSON, "", 0); err != nil {
		return Shape{}, err
	}
	if len(r.polygons) == 0 {
		return Shape{}, shapeError("", sp.Missing, "must have a polygon")
	}
	return Shape(r), nil
}

// A shapeReader gathers the polygons of a shape.
type shapeReader struct{ polygons []polygon }

func shapeError(path string, code sp.Fault, rule string) error {
	return sp.Invalid("shape", path, code, rule)
}

// read adds the polygons of one GeoJSON object.
func (s *shapeReader) read(data []byte, path string, depth int) error {
	var object struct {
		Type        string            `json:"type"`
		Coordinates json.RawMessage   `json:"coordinates"`
		Geometry    json.RawMessage   `json:"geometry"`
		Geometries  []json.RawMessage `json:"geometries"`
		Features    []json.RawMessage `json:"features"`
	}
	if json.Unmarshal(data, &object) != nil {
		return shapeError(path, sp.Malformed, "must be an object of GeoJSON")
	}
	if depth > shapeDepth {
		return shapeError(path, sp.WrongLength, "must not hold more than 8 collections in each other")
	}
	switch object.Type {
	case "Polygon":
		var rings [][][]float64
		if json.Unmarshal(object.Coordinates, &rings) != nil {
			return shapeError(path+"coordinates", sp.WrongType, "must be rings of pairs of numbers")
		}
		return s.add(rings, path+"coordinates")
	case "MultiPolygon":
		var polygons [][][][]float64
		if json.Unmarshal(object.Coordinates, &polygons) != nil {
			return shapeError(path+"coordinates", sp.WrongType, "must be polygons of rings of pairs of numbers")
		}
		for i, rings := range polygons {
			if err := s.add(rings, fmt.Sprintf("%scoordinates[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	case "Feature":
		return s.read(object.Geometry, path+"geometry.", depth+1)
	case "FeatureCollection":
		return s.readAll(object.Features, path+"features", depth)
	case "GeometryCollection":
		return s.readAll(object.Geometries, path+"geometries", depth)
	}
	return shapeError(path+"type", sp.Unsupported, "must be Polygon or MultiPolygon, or a feature or a collection of these")
}

func (s *shapeReader) readAll(objects []json.RawMessage, path string, depth int) error {
	for i, o := range objects {
		if err := s.read(o, fmt.Sprintf("%s[%d].", path, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// add checks the rings of a polygon and prepares it.
func (s *shapeReader) add(rings [][][]float64, path string) error {
	if len(rings) == 0 {
		return shapeError(path, sp.Missing, "must have a ring")
	}
	p := polygon{south: math.Inf(1), west: math.Inf(1), north: math.Inf(-1), east: math.Inf(-1)}
	for i, positions := range rings {
		at := fmt.Sprintf("%s[%d]", path, i)
		ring := make([]Point, len(positions))
		for k, position := range positions {
			if len(position) < 2 {
				return shapeError(fmt.Sprintf("%s[%d]", at, k), sp.WrongLength, "must have a longitude and a latitude")
			}
			lon, lat := position[0], position[1]
			if !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) {
				return shapeError(fmt.Sprintf("%s[%d]", at, k), sp.OutOfRange, "must be a longitude from -180 to 180 and a latitude from -90 to 90, in this order")
			}
			ring[k] = Point{Lat: lat, Lon: lon}
		}
		if len(ring) < minRing || ring[0] != ring[len(ring)-1] {
			return shapeError(at, sp.Malformed, "must have at least four corners and end where it begins")
		}
		p.rings = append(p.rings, ring)
	}
	p.prepare()
	s.polygons = append(s.polygons, p)
	return nil
}

// prepare sorts the edges into buckets by latitude, as many as there are edges or, where
// long edges would then stand in too many of them, fewer.
func (p *polygon) prepare() {
	var edges []edge
	for _, ring := range p.rings {
		for i, b := range ring[1:] {
			edges = append(edges, edge{ring[i], b})
			p.south, p.north = min(p.south, b.Lat), max(p.north, b.Lat)
			p.west, p.east = min(p.west, b.Lon), max(p.east, b.Lon)
		}
	}
	const mostCopies = 8
	n := len(edges)
	for ; n > 1; n /= 2 {
		p.height = (p.north - p.south) / float64(n)
		copies := 0
		for _, e := range edges {
			from, to := p.span(e, n)
			copies += to - from + 1
		}
		if copies <= mostCopies*len(edges) {
			break
		}
	}
	p.height = (p.north - p.south) / float64(n)
	p.buckets = make([][]edge, n)
	for _, e := range edges {
		from, to := p.span(e, n)
		for i := from; i <= to; i++ {
			p.buckets[i] = append(p.buckets[i], e)
		}
	}
}

// span returns the first and the last of n buckets that an edge crosses.
func (p *polygon) span(e edge, n int) (from, to int) {
	return p.bucket(min(e.a.Lat, e.b.Lat), n), p.bucket(max(e.a.Lat, e.b.Lat), n)
}

// bucket returns which of n buckets a latitude lies in; it never falls as the latitude
// rises, so that an edge stands in the bucket of each latitude between its ends.
func (p *polygon) bucket(lat float64, n int) int {
	if p.height <= 0 {
		return 0
	}
	return min(max(int((lat-p.south)/p.height), 0), n-1)
}

// IsZero reports whether s is unknown.
func (s Shape) IsZero() bool { return len(s.polygons) == 0 }

// Corners returns the number of corners of all polygons together.
func (s Shape) Corners() int {
	n := 0
	for i := range s.polygons {
		for _, ring := range s.polygons[i].rings {
			n += len(ring) - 1
		}
	}
	return n
}

// Contains reports whether a point lies within s. A point on its edge does. For an
// unknown point, and for an unknown shape, the answer is unknown. It allocates nothing.
func (s Shape) Contains(p Point) sp.Truth {
	if p.IsZero() || s.IsZero() {
		return sp.Unknown
	}
	for i := range s.polygons {
		if s.polygons[i].contains(p) {
			return sp.Yes
		}
	}
	return sp.No
}

// contains counts the edges to the east of a point: it lies within if they are odd.
func (p *polygon) contains(q Point) bool {
	if q.Lat < p.south || q.Lat > p.north || q.Lon < p.west || q.Lon > p.east {
		return false
	}
	within := false
	for _, e := range p.buckets[p.bucket(q.Lat, len(p.buckets))] {
		side := (e.b.Lon-e.a.Lon)*(q.Lat-e.a.Lat) - (q.Lon-e.a.Lon)*(e.b.Lat-e.a.Lat)
		if side == 0 && between(q.Lat, e.a.Lat, e.b.Lat) && between(q.Lon, e.a.Lon, e.b.Lon) {
			return true // on the edge
		}
		if rises := e.b.Lat > e.a.Lat; (e.a.Lat > q.Lat) != (e.b.Lat > q.Lat) && (side > 0) == rises {
			within = !within
		}
	}
	return within
}

func between(v, a, b float64) bool { return v >= min(a, b) && v <= max(a, b) }

// Equal reports whether s and t have the same corners in the same order.
func (s Shape) Equal(t Shape) bool {
	return slices.EqualFunc(s.polygons, t.polygons, func(a, b polygon) bool {
		return slices.EqualFunc(a.rings, b.rings, slices.Equal[[]Point])
	})
}

// MarshalJSON writes a MultiPolygon of GeoJSON, and null for an unknown shape.
func (s Shape) MarshalJSON() ([]byte, error) {
	if s.IsZero() {
		return []byte("null"), nil
	}
	polygons := make([][][][2]float64, len(s.polygons))
	for i := range s.polygons {
		for _, ring := range s.polygons[i].rings {
			positions := make([][2]float64, len(ring))
			for k, p := range ring {
				positions[k] = [2]float64{p.Lon, p.Lat}
			}
			polygons[i] = append(polygons[i], positions)
		}
	}
	return json.Marshal(struct {
		Type        string           `json:"type"`
		Coordinates [][][][2]float64 `json:"coordinates"`
	}{"MultiPolygon", polygons})
}

// UnmarshalJSON reads what [ParseShape] reads, and null as unknown.
func (s *Shape) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*s = Shape{}
		return nil
	}
	v, err := ParseShape(data)
	if err == nil {
		*s = v
	}
	return err
}
