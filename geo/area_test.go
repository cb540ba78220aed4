package geo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

func TestAreas(t *testing.T) {
	a, err := geo.ParseArea(" e01012682 ", 2021)
	require.NoError(t, err)
	require.Equal(t, "E01012682 (2021)", a.String())
	entity, ok := a.GSS()
	require.True(t, ok)
	require.Equal(t, "E01", entity)

	same, err := geo.ParseArea("E01012682", 0)
	require.NoError(t, err)
	require.Equal(t, "E01012682", same.String())
	require.NotEqual(t, a, same, "boundaries of another year are another area")

	ward, err := geo.ParseArea("24510-1", 2020)
	require.NoError(t, err)
	_, ok = ward.GSS()
	require.False(t, ok)
	require.Equal(t, "unknown", geo.Area{}.String())
	require.True(t, geo.Area{}.IsZero())

	for name, code := range map[string]string{"nothing": "", "space": "  ", "33 characters": strings.Repeat("E", 33), "a space inside": "E01 1", "markup": "<E01>", "an accent": "É01"} {
		_, err := geo.ParseArea(code, 2021)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	for _, year := range []int{-1, 21, 1800, 20211} {
		_, err := geo.ParseArea("E01012682", year)
		require.ErrorIs(t, err, sp.ErrInvalid, "boundaries of %d", year)
	}
	for _, code := range []string{"", "E0101268", "E010126822", "X01012682", "E0101268A"} {
		_, ok := geo.Area{Code: code}.GSS()
		require.False(t, ok, code)
	}
}

func TestAHomeLiesWithinAnAreaOfItsKindOrNobodyKnows(t *testing.T) {
	district, ward := geo.Area{Code: "E07000121", Boundary: 2021}, geo.Area{Code: "E05009999", Boundary: 2021}
	for name, tt := range map[string]struct {
		home, served []geo.Area
		want         sp.Truth
	}{
		"the same":                              {[]geo.Area{ward, district}, []geo.Area{district}, sp.Yes},
		"the same of a year that nobody states": {[]geo.Area{{Code: "E07000121"}}, []geo.Area{district}, sp.Yes},
		"another district":                      {[]geo.Area{{Code: "E07000122", Boundary: 2021}}, []geo.Area{district}, sp.No},
		"another year":                          {[]geo.Area{{Code: "E07000122", Boundary: 2011}}, []geo.Area{district}, sp.Unknown},
		"another kind":                          {[]geo.Area{ward}, []geo.Area{district}, sp.Unknown},
		"another country":                       {[]geo.Area{{Code: "W07000121", Boundary: 2021}}, []geo.Area{district}, sp.Unknown},
		"another ward, and a district too":      {[]geo.Area{{Code: "E05000001", Boundary: 2021}}, []geo.Area{ward, district}, sp.Unknown},
		"codes that begin alike and are no GSS": {[]geo.Area{{Code: "LANGDALE"}}, []geo.Area{{Code: "LANCASTER"}}, sp.Unknown},
		"equal codes of any scheme":             {[]geo.Area{{Code: "LANCASTER"}}, []geo.Area{{Code: "LANCASTER"}}, sp.Yes},
		"a home that nobody knows":              {nil, []geo.Area{district}, sp.Unknown},
		"an area that nobody states":            {[]geo.Area{district}, nil, sp.Unknown},
	} {
		require.Equal(t, tt.want, geo.Within(tt.home, tt.served), name)
	}
}

func FuzzParseArea(f *testing.F) {
	f.Add("E01012682", 2021)
	f.Add("w.1-2", 0)
	f.Fuzz(func(t *testing.T, code string, year int) {
		a, err := geo.ParseArea(code, year)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		again, err := geo.ParseArea(a.Code, a.Boundary)
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}
