package geo_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

func TestNewPoint(t *testing.T) {
	for _, p := range [][2]float64{{90, 180}, {-90, -180}, {54.0466, -2.8007}, {0, 1e-9}, {1e-9, 0}} {
		_, err := geo.NewPoint(p[0], p[1])
		require.NoError(t, err, "%v", p)
	}
	for name, p := range map[string][2]float64{
		"the island of missing data": {0, 0}, "its mirror": {math.Copysign(0, -1), 0}, "too far north": {90.0001, 0}, "too far west": {0, -180.0001},
		"no latitude": {math.NaN(), 1}, "no longitude": {1, math.NaN()}, "nowhere": {math.Inf(1), 1}, "swapped": {-2.8, 541},
	} {
		_, err := geo.NewPoint(p[0], p[1])
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
}

func TestKnownDistances(t *testing.T) {
	// On the sphere of mean radius, one degree of a great circle is R * pi/180.
	const degree = 6371008.8 * math.Pi / 180
	for _, test := range []struct {
		name string
		p, q geo.Point
		want float64 // metres
		near float64
	}{
		{"a degree of a meridian", geo.Point{Lat: 10, Lon: 5}, geo.Point{Lat: 11, Lon: 5}, degree, 0.01},
		{"a degree of the equator", geo.Point{Lon: 5}, geo.Point{Lon: 6}, degree, 0.01},
		{"across the antimeridian", geo.Point{Lon: 179.5}, geo.Point{Lon: -179.5}, degree, 0.01},
		{"the antimeridian has two names", geo.Point{Lat: 10, Lon: 180}, geo.Point{Lat: 10, Lon: -180}, 0, 0.01},
		{"the pole has all longitudes", geo.Point{Lat: 90, Lon: 10}, geo.Point{Lat: 90, Lon: -100}, 0, 0.01},
		{"pole to pole", geo.Point{Lat: 90}, geo.Point{Lat: -90}, 180 * degree, 0.01},
		{"antipodes", geo.Point{Lat: 54.05, Lon: -2.8}, geo.Point{Lat: -54.05, Lon: 177.2}, 180 * degree, 1},
		{"a metre", geo.Point{Lat: 54, Lon: -2.8}, geo.Point{Lat: 54 + 1/degree, Lon: -2.8}, 1, 1e-4},
		// Geodesic distance on the ellipsoid by Vincenty's formula: 344 km; the sphere is within 0.6 %.
		{"London to Paris", geo.Point{Lat: 51.5074, Lon: -0.1278}, geo.Point{Lat: 48.8566, Lon: 2.3522}, 343_900, 0.006 * 343_900},
	} {
		d, ok := test.p.DistanceTo(test.q)
		require.True(t, ok, test.name)
		require.InDelta(t, test.want, float64(d), test.near, test.name)
	}
	_, ok := geo.Point{}.DistanceTo(geo.Point{Lat: 1})
	require.False(t, ok, "nothing is known about the distance from an unknown place")
	_, ok = geo.Point{Lat: 1}.DistanceTo(geo.Point{})
	require.False(t, ok)
}

func TestDistanceIsAMetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.Custom(func(t *rapid.T) geo.Point {
			return geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
		}).Filter(func(p geo.Point) bool { return !p.IsZero() })
		p, q, r := point.Draw(t, "p"), point.Draw(t, "q"), point.Draw(t, "r")
		pq, _ := p.DistanceTo(q)
		qp, _ := q.DistanceTo(p)
		pr, _ := p.DistanceTo(r)
		rq, _ := r.DistanceTo(q)
		self, _ := p.DistanceTo(p)
		require.Zero(t, self)
		require.InDelta(t, float64(pq), float64(qp), 1e-6)
		require.LessOrEqual(t, float64(pq), float64(pr+rq)+0.5)
		require.LessOrEqual(t, float64(pq), 6371008.8*math.Pi+1e-6)
	})
}

func TestDistancesAndPointsForPeople(t *testing.T) {
	for want, d := range map[string]geo.Distance{
		"0 m": 0, "350 m": 350, "999 m": 999.4, "1.0 km": 999.5, "2.4 km": 2400 * geo.Metre, "1.6 km": geo.Mile, "8.0 km": 8 * geo.Kilometre, "-1.5 km": -1500,
	} {
		require.Equal(t, want, d.String())
	}
	require.Equal(t, "54.0466,-2.8007", geo.Point{Lat: 54.04661, Lon: -2.80069}.String())
	require.Equal(t, "unknown", geo.Point{}.String())
}

func BenchmarkDistanceTo(b *testing.B) {
	p, q := geo.Point{Lat: 54.0466, Lon: -2.8007}, geo.Point{Lat: 54.07, Lon: -2.87}
	for b.Loop() {
		p.DistanceTo(q)
	}
}
