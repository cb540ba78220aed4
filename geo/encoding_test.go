package geo_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

func TestPointIsOneTextAndOneObject(t *testing.T) {
	p := geo.Point{Lat: 54.0735, Lon: -2.866}
	text, err := p.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "54.0735,-2.866", string(text))
	column, err := p.Value()
	require.NoError(t, err)
	require.Equal(t, "54.0735,-2.866", column)
	data, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"lat":54.0735,"lon":-2.866}`, string(data))

	for name, read := range map[string]func(*geo.Point) error{
		"text":   func(q *geo.Point) error { return q.UnmarshalText(text) },
		"JSON":   func(q *geo.Point) error { return json.Unmarshal(data, q) },
		"column": func(q *geo.Point) error { return q.Scan(column) },
		"bytes":  func(q *geo.Point) error { return q.Scan(text) },
	} {
		var q geo.Point
		require.NoError(t, read(&q), name)
		require.Equal(t, p, q, name)
	}
}

func TestPointThatIsUnknownIsNothing(t *testing.T) {
	text, err := geo.Point{}.MarshalText()
	require.NoError(t, err)
	require.Empty(t, text)
	column, err := geo.Point{}.Value()
	require.NoError(t, err)
	require.Nil(t, column)
	p := geo.Point{Lat: 1, Lon: 1}
	require.NoError(t, p.UnmarshalText(nil))
	require.True(t, p.IsZero())
	p = geo.Point{Lat: 1, Lon: 1}
	require.NoError(t, p.Scan(nil))
	require.True(t, p.IsZero())
	require.NoError(t, json.Unmarshal([]byte(`{}`), &p))
	require.True(t, p.IsZero())
}

func TestPointRefusesWhatIsNone(t *testing.T) {
	var p geo.Point
	for _, text := range []string{"54", "a,b", "91,0", "0,181", "0,0", "NaN,1"} {
		require.ErrorIs(t, p.UnmarshalText([]byte(text)), sp.ErrInvalid, text)
	}
	require.ErrorIs(t, p.Scan(5), sp.ErrInvalid)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"lat":91,"lon":0}`), &p), sp.ErrInvalid)
	require.ErrorIs(t, json.Unmarshal([]byte(`"54.1,-2.8"`), &p), sp.ErrInvalid)
	require.True(t, p.IsZero())
}

func TestDistanceIsANumberOfMetresInAColumn(t *testing.T) {
	column, err := (2.5 * geo.Kilometre).Value()
	require.NoError(t, err)
	require.InDelta(t, 2500.0, column, 0)
	var d geo.Distance
	require.NoError(t, d.Scan(column))
	require.InDelta(t, 2500, float64(d), 0)
	require.NoError(t, d.Scan(int64(7)))
	require.InDelta(t, 7, float64(d), 0)
	require.ErrorIs(t, d.Scan("2.5 km"), sp.ErrInvalid)
	require.ErrorIs(t, d.Scan(nil), sp.ErrInvalid)
}

func TestAreaIsItsCodeWithTheYear(t *testing.T) {
	for text, want := range map[string]geo.Area{
		"E01012682 (2021)": {Code: "E01012682", Boundary: 2021}, "24510-1": {Code: "24510-1"}, "": {},
	} {
		got, err := want.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		var a geo.Area
		require.NoError(t, a.UnmarshalText(got))
		require.Equal(t, want, a)
		column, err := want.Value()
		require.NoError(t, err)
		require.NoError(t, a.Scan(column))
		require.Equal(t, want, a)
		data, err := json.Marshal(want)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &a))
		require.Equal(t, want, a)
	}
	var a geo.Area
	for _, text := range []string{"E01 (21)", "E01012682 (x)", "E01012682 (2021", "a b"} {
		require.ErrorIs(t, a.UnmarshalText([]byte(text)), sp.ErrInvalid, text)
	}
	require.ErrorIs(t, a.Scan(1.5), sp.ErrInvalid)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"code":"a b"}`), &a), sp.ErrInvalid)
	require.ErrorIs(t, json.Unmarshal([]byte(`[]`), &a), sp.ErrInvalid)
}

func TestPostcodeIsCheckedWhereverItComesFrom(t *testing.T) {
	var p geo.Postcode
	require.NoError(t, json.Unmarshal([]byte(`"la45ab"`), &p))
	require.Equal(t, geo.Postcode("LA4 5AB"), p)
	column, err := p.Value()
	require.NoError(t, err)
	require.Equal(t, "LA4 5AB", column)
	require.ErrorIs(t, json.Unmarshal([]byte(`"rubbish"`), &p), sp.ErrInvalid)
	require.ErrorIs(t, p.Scan("rubbish"), sp.ErrInvalid)
	require.Equal(t, geo.Postcode("LA4 5AB"), p)
	require.NoError(t, p.Scan(nil))
	require.Empty(t, p)
	column, err = p.Value()
	require.NoError(t, err)
	require.Nil(t, column)
}
