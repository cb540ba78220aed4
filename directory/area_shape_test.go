package directory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

func TestAServiceAreaOfADistrictTakesItsDistrict(t *testing.T) {
	for _, tt := range []struct {
		served, home string
		want         sp.Truth
	}{
		{"EC1", "EC1A 1BB", sp.Yes},
		{"EC1", "EC1A", sp.Yes},
		{"EC1", "EC2A 1BB", sp.No},
		{"EC1A", "EC1A 1BB", sp.Yes},
		{"EC1A", "EC1M 1BB", sp.No},
		{"EC1A", "EC1", sp.Unknown},
		{"W1", "W1A 1AA", sp.Yes},
		{"W1", "W12 1AA", sp.No},
		{"SW1", "SW1A 2AA", sp.Yes},
		{"SW1", "SW10 0AA", sp.No},
		{"N1", "N1 9AA", sp.Yes},
		{"N1", "N1C 4AA", sp.Unknown},
		{"N1", "N10 1AA", sp.No},
		{"LA4", "LA4 5AB", sp.Yes},
	} {
		require.Equal(t, tt.want, directory.ServiceArea{Postcodes: []string{tt.served}}.Covers(directory.Home{Postcode: tt.home}), "%s for %s", tt.served, tt.home)
	}
}

func TestAnAreaThatIsDrawnCoversWhoLivesInIt(t *testing.T) {
	a := directory.ServiceArea{Shapes: []geo.Shape{shape(t)}}
	require.Equal(t, sp.Yes, a.Covers(directory.Home{Point: geo.Point{Lat: 54.02, Lon: -2.82}}))
	require.Equal(t, sp.No, a.Covers(directory.Home{Point: geo.Point{Lat: 54.09, Lon: -2.89}}))
	require.Equal(t, sp.Unknown, a.Covers(directory.Home{Postcode: "LA4 5AB"}), "a postcode is no point")
	require.False(t, a.IsZero())
}
