package geocode_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/geocode"
	"github.com/socialprescribing/sp/geo"
)

var prom = geo.Point{Lat: 54.07, Lon: -2.87}

// A table is a locator of a few postcodes that counts what it was asked.
type table struct {
	points map[string]geo.Point
	asked  []directory.Address
	broken error
}

func (t *table) Locate(_ context.Context, a directory.Address) (geocode.Located, error) {
	t.asked = append(t.asked, a)
	p, ok := t.points[a.Postcode]
	switch {
	case t.broken != nil:
		return geocode.Located{}, t.broken
	case !ok:
		return geocode.Located{}, sp.ErrNotFound
	}
	return geocode.Located{Point: p, Precision: directory.ByPostcode}, nil
}

func TestNearIsWhereAPostcodeIs(t *testing.T) {
	g := &table{points: map[string]geo.Point{"LA4 5AA": prom}}
	q, err := geocode.Near(t.Context(), g, directory.Query{Free: true}, "la45aa")
	require.NoError(t, err)
	require.Equal(t, directory.Query{Free: true, Near: prom}, q)
	_, err = geocode.Near(t.Context(), g, q, "LA9 9ZZ")
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.NotContains(t, err.Error(), "9ZZ")
	_, err = geocode.Near(t.Context(), g, q, "nowhere")
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, err.Error(), "nowhere")
}

func TestPlacesAreLookedUpAndCheckedByTheirAddresses(t *testing.T) {
	place := func(id directory.ID, postcode string, point geo.Point) directory.Place {
		return directory.Place{ID: id, Point: point, Address: directory.Address{Lines: []string{"1 Shore Road"}, Postcode: postcode}}
	}
	refuge := place("refuge", "LA4 5AA", geo.Point{})
	refuge.Shown = directory.ShownDistrict
	box := place("box", "LA4 5AA", geo.Point{})
	box.Kind = directory.Postal
	named := place("named", "LA4 5AA", geo.Point{})
	named.Address.Attention = sp.Plain[string]{Personal: sp.Hide("Jo Bloggs")}
	near := geo.Point{Lat: prom.Lat + 0.01, Lon: prom.Lon}
	c := directory.Catalogue{Places: []directory.Place{
		place("missing", "LA4 5AA", geo.Point{}),
		place("near", "LA4 5AA", near),
		place("same", "LA4 5AA", prom),
		place("swapped", "LA4 5AA", geo.Point{Lat: prom.Lon, Lon: prom.Lat}),
		place("far", "LA4 5AA", geo.Point{Lat: 51.5, Lon: -0.1}),
		place("unknown", "LA9 9ZZ", geo.Point{}),
		place("unasked", "LA9 9ZZ", near),
		refuge,
		box,
		named,
		{ID: "nothing"},
	}}
	g := &table{points: map[string]geo.Point{"LA4 5AA": prom}}
	located, issues, err := geocode.Places(t.Context(), g, c)
	require.NoError(t, err)
	at := map[directory.ID]geocode.Located{}
	for _, p := range located.Places {
		at[p.ID] = geocode.Located{Point: p.Point, Precision: p.Precision}
	}
	require.Equal(t, map[directory.ID]geocode.Located{
		"missing": {Point: prom, Precision: directory.ByPostcode}, "named": {Point: prom, Precision: directory.ByPostcode},
		"near": {Point: near}, "same": {Point: prom, Precision: directory.ByPostcode}, "swapped": {Point: prom},
		"far": {Point: geo.Point{Lat: 51.5, Lon: -0.1}}, "unknown": {}, "unasked": {Point: near}, "refuge": {}, "box": {}, "nothing": {},
	}, at)
	var found []string
	for _, i := range issues {
		found = append(found, i.Record+" "+i.Code+" "+i.Severity.String())
	}
	require.Equal(t, []string{"swapped swapped-coordinates note", "far far-off-coordinates warning", "unknown not-located warning"}, found)
	require.Len(t, g.asked, 2, "each address once")
	require.Zero(t, c.Places[0].Point, "what was given is as it was")
	for _, a := range g.asked {
		require.True(t, a.Attention.IsZero(), "names are nobody's business")
	}
	g.broken = errors.New("no connection")
	_, _, err = geocode.Places(t.Context(), g, c)
	require.ErrorIs(t, err, g.broken)
}
