package importer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/geo"
)

// Of the points by which Ordnance Survey has its transformation tested (OSTN15), from the
// Isles of Scilly to Shetland.
func TestImporterReadsMetresAsOrdnanceSurveyDoes(t *testing.T) {
	for _, tt := range []struct{ east, north, lat, lon float64 }{
		{91492.146, 11318.804, 49.92226393730, -6.29977752014},
		{250359.811, 62016.569, 50.43885825610, -4.10864563561},
		{449816.371, 75335.861, 50.57563665000, -1.29782277240},
		{530624.974, 178388.464, 51.48936564950, -0.11992557180},
		{421300.525, 1072147.239, 59.53470794490, -1.62516966058},
	} {
		p, ok := pointOfMetres(tt.east, tt.north)
		require.True(t, ok)
		away, _ := p.DistanceTo(geo.Point{Lat: tt.lat, Lon: tt.lon})
		require.Less(t, float64(away), 10., "%v", tt)
	}
}

func TestImporterReadsReferencesOfTheGrid(t *testing.T) {
	middle := func(e, n float64) geo.Point {
		p, _ := pointOfMetres(e, n)
		return p
	}
	for s, want := range map[string]geo.Point{
		"TQ 300 804": middle(530050, 180450), "tq3003480381": middle(530034.5, 180381.5), "TQ 3003 8038": middle(530035, 180385), "HU396753": middle(439650, 1175350),
		"TQ 30 80": {}, "J 338 740": {}, "TQ 3003480": {}, "TI 300 804": {}, "BS1 1AA": {}, "TQ 300 80412": {}, "TQ": {}, "OA 000 000": {}, "": {},
	} {
		got, ok := pointOfGrid(s)
		require.Equal(t, want, got, s)
		require.Equal(t, !want.IsZero(), ok, s)
	}
}
