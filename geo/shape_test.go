package geo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// A square around Morecambe with a hole in its middle.
const square = `{"type":"Polygon","coordinates":[
	[[-2.9,54.0],[-2.8,54.0],[-2.8,54.1],[-2.9,54.1],[-2.9,54.0]],
	[[-2.86,54.04],[-2.84,54.04],[-2.84,54.06],[-2.86,54.06],[-2.86,54.04]]]}`

func ExampleParseShape() {
	area, err := geo.ParseShape([]byte(square))
	fmt.Println(err, area.Contains(geo.Point{Lat: 54.02, Lon: -2.87}), area.Contains(geo.Point{Lat: 55, Lon: -2.87}), area.Contains(geo.Point{}))
	// Output: <nil> yes no unknown
}

func TestAShapeContainsWhatLiesWithinIt(t *testing.T) {
	s, err := geo.ParseShape([]byte(square))
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		lat, lon float64
		want     sp.Truth
	}{
		"inside":              {54.02, -2.85, sp.Yes},
		"in the hole":         {54.05, -2.85, sp.No},
		"beside the hole":     {54.05, -2.87, sp.Yes},
		"on the edge":         {54.05, -2.9, sp.Yes},
		"on a corner":         {54.1, -2.8, sp.Yes},
		"on the hole's edge":  {54.05, -2.86, sp.Yes},
		"level with a corner": {54.04, -2.95, sp.No},
		"north":               {54.11, -2.85, sp.No},
		"south":               {53.99, -2.85, sp.No},
		"east":                {54.05, -2.7, sp.No},
		"nowhere":             {0, 0, sp.Unknown},
	} {
		require.Equal(t, tt.want, s.Contains(geo.Point{Lat: tt.lat, Lon: tt.lon}), name)
	}
	require.Equal(t, sp.Unknown, geo.Shape{}.Contains(geo.Point{Lat: 54, Lon: -2}))
	require.Equal(t, 8, s.Corners())
}

func TestAShapeIsReadFromEachFormOfGeoJSON(t *testing.T) {
	island := `{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}`
	for name, form := range map[string]string{
		"feature":               `{"type":"Feature","properties":{"name":"x"},"geometry":` + square + `}`,
		"collection":            `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":` + square + `},{"type":"Feature","geometry":` + island + `}]}`,
		"geometries":            `{"type":"GeometryCollection","geometries":[` + square + `,` + island + `]}`,
		"with a height":         `{"type":"Polygon","coordinates":[[[-2.9,54.0,10],[-2.8,54.0,10],[-2.8,54.1,10],[-2.9,54.1,10],[-2.9,54.0,10]]]}`,
		"several and clockwise": `{"type":"MultiPolygon","coordinates":[[[[-2.9,54.0],[-2.9,54.1],[-2.8,54.1],[-2.8,54.0],[-2.9,54.0]]],[[[1,1],[2,1],[2,2],[1,1]]]]}`,
	} {
		s, err := geo.ParseShape([]byte(form))
		require.NoError(t, err, name)
		require.Equal(t, sp.Yes, s.Contains(geo.Point{Lat: 54.02, Lon: -2.85}), name)
		data, err := json.Marshal(s)
		require.NoError(t, err)
		var again geo.Shape
		require.NoError(t, json.Unmarshal(data, &again))
		require.True(t, s.Equal(again), name)
	}
	var none geo.Shape
	data, err := json.Marshal(none)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &none))
	require.True(t, none.IsZero())
}

func TestWhatIsNoShapeIsRefusedByItsMember(t *testing.T) {
	for data, path := range map[string]string{
		``:                                     "",
		`[]`:                                   "",
		`{"type":"Polygon"}`:                   "coordinates",
		`{"type":"Point","coordinates":[1,2]}`: "type",
		`{"type":"Feature","geometry":null}`:   "geometry.type",
		`{"type":"FeatureCollection","features":[]}`:                                          "",
		`{"type":"Polygon","coordinates":[]}`:                                                 "coordinates",
		`{"type":"Polygon","coordinates":[[[1,1],[2,2],[1,1]]]}`:                              "coordinates[0]",
		`{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2]]]}`:                        "coordinates[0]",
		`{"type":"Polygon","coordinates":[[[1],[2,1],[2,2],[1,1]]]}`:                          "coordinates[0][0]",
		`{"type":"MultiPolygon","coordinates":[[[[1,1],[2,1],[2,99],[1,1]]]]}`:                "coordinates[0][0][2]",
		`{"type":"MultiPolygon","coordinates":[[[["a",1]]]]}`:                                 "coordinates",
		`{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[]}]}`: "geometries[0].type",
	} {
		_, err := geo.ParseShape([]byte(data))
		require.ErrorIs(t, err, sp.ErrInvalid, data)
		invalid, ok := errors.AsType[*sp.InvalidError](err)
		require.True(t, ok)
		require.Equal(t, path, invalid.Fields[0].Path, data)
	}
}

// star is a ring with many corners at changing distances from its middle, which crosses
// no edge of its own.
func star(corners int, radius func(int) float64) (shape []byte, ring []geo.Point) {
	for i := range corners {
		angle := 2 * math.Pi * float64(i) / float64(corners)
		ring = append(ring, geo.Point{Lat: 54 + radius(i)*math.Sin(angle), Lon: -2.8 + radius(i)*math.Cos(angle)})
	}
	ring = append(ring, ring[0])
	var positions [][2]float64
	for _, p := range ring {
		positions = append(positions, [2]float64{p.Lon, p.Lat})
	}
	shape, _ = json.Marshal(map[string]any{"type": "Polygon", "coordinates": [][][2]float64{positions}})
	return shape, ring
}

// inside is the plain version: it looks at all edges.
func inside(ring []geo.Point, q geo.Point) bool {
	in := false
	for i, b := range ring[1:] {
		a := ring[i]
		if (a.Lat > q.Lat) != (b.Lat > q.Lat) && q.Lon < (b.Lon-a.Lon)*(q.Lat-a.Lat)/(b.Lat-a.Lat)+a.Lon {
			in = !in
		}
	}
	return in
}

func TestAPreparedShapeAnswersAsOneThatLooksAtAllEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		corners := rapid.IntRange(3, 60).Draw(t, "corners")
		radii := rapid.SliceOfN(rapid.Float64Range(0.05, 1), corners, corners).Draw(t, "radii")
		data, ring := star(corners, func(i int) float64 { return radii[i] })
		s, err := geo.ParseShape(data)
		require.NoError(t, err)
		for range 50 {
			q := geo.Point{Lat: rapid.Float64Range(52.9, 55.1).Draw(t, "lat"), Lon: rapid.Float64Range(-4, -1.6).Draw(t, "lon")}
			if got := s.Contains(q); got != sp.TruthOf(inside(ring, q)) && !nearEdge(ring, q) {
				t.Fatalf("%v: %v", q, got)
			}
		}
		for _, corner := range ring {
			require.Equal(t, sp.Yes, s.Contains(corner))
		}
	})
}

// nearEdge reports whether rounding may decide.
func nearEdge(ring []geo.Point, q geo.Point) bool {
	for i, b := range ring[1:] {
		a := ring[i]
		length := math.Hypot(b.Lon-a.Lon, b.Lat-a.Lat)
		if math.Abs((b.Lon-a.Lon)*(q.Lat-a.Lat)-(q.Lon-a.Lon)*(b.Lat-a.Lat)) <= 1e-9*length {
			return true
		}
	}
	return false
}

func FuzzParseShape(f *testing.F) {
	f.Add([]byte(square))
	f.Add([]byte(`{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[1,1],[2,1],[2,2],[1,1]]]]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := geo.ParseShape(data)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		s.Contains(geo.Point{Lat: 54, Lon: -2.8})
		text, err := json.Marshal(s)
		require.NoError(t, err)
		again, err := geo.ParseShape(text)
		require.NoError(t, err)
		require.True(t, s.Equal(again))
	})
}

func BenchmarkShapeContains(b *testing.B) {
	data, ring := star(1000, func(i int) float64 { return 0.5 + 0.4*float64(i%7)/7 })
	s, err := geo.ParseShape(data)
	require.NoError(b, err)
	q := geo.Point{Lat: 54.2, Lon: -2.6}
	b.Run("prepared", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Contains(q)
		}
	})
	b.Run("all edges", func(b *testing.B) {
		for b.Loop() {
			inside(ring, q)
		}
	})
}
