package sp_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

func TestValidIDIsPlainText(t *testing.T) {
	for name, tc := range map[string]struct {
		id   string
		want bool
	}{
		"is what services make of numbers and words": {"urn:uuid:0b6f-7.x_y/~!", true},
		"is as long as every store can index":        {strings.Repeat("x", 200), true},
		"is not longer":                              {strings.Repeat("x", 201), false},
		"is not empty":                               {"", false},
		"has no space, so that no name fits":         {"Jo Bloggs", false},
		"has no line break":                          {"P-1\n", false},
		"has no NUL":                                 {"P\x00", false},
		"has no DEL":                                 {"P\x7f", false},
		"has nothing beyond ASCII":                   {"Zoë", false},
		"has no broken bytes":                        {"\xff", false},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, sp.ValidID(tc.id)) })
	}
}

func TestWhatCodesLookLike(t *testing.T) {
	for code, ok := range map[string]bool{
		"no-capacity": true, "adjustforhighlevelsofanxiety": true, "a:1.2": true,
		"": false, "Loneliness": false, "two words": false, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false,
		"a": true, "z": true, "0": true, "9": true, "`": false, "{": false, "/": false, ";": false, // what stands beside them
	} {
		require.Equal(t, ok, sp.ValidCode(code), "%q", code)
	}
}

func TestValidPersonIDRefusesWhatGivesAPersonAway(t *testing.T) {
	for id, want := range map[string]bool{
		"P-55": true, "55": true, "urn:uuid:0b6f-7": true, "9434765918": true, "P9434765919": true, "94347659190": true, "bay/S-12@L-3": true, "a@b": true, "@x.y": true,
		"01980000-0000-7000-8000-9434765919ab": true,
		"9434765919":                           false, "943-476-5919": false, "943.476.5919": false, "nhs:9434765919": false, "NHS9434765919": false, "https://fhir.nhs.uk/Id/nhs-number|9434765919": false,
		"nhs-943-476-5919": false, "943%20476%205919": false, "ann@example.org": false, "mailto:ann@example.org": false, "ANN%40example.org": false, "a.b+c@mail.nhs.uk": false,
		"943 476 5919": false, "": false,
	} {
		require.Equal(t, want, sp.ValidPersonID(id), "%q", id)
		var e sp.InvalidError
		e.CheckPersonID(id, "person")
		require.Equal(t, want, e.Err() == nil, "%q", id)
		if !want && id != "" {
			require.NotContains(t, e.Error(), id)
		}
	}
}

func TestValidPersonIDFindsANumberAsParseNHSNumberReadsIt(t *testing.T) {
	piece := rapid.SampledFrom([]string{"943", "476", "5919", "9434765919", "0000000000", "9", "0", "%20", "%2", "20", "-", ".", "_", "+", "x", "nhs", ":", "é", "\u00a0", " "})
	rapid.Check(t, func(t *rapid.T) {
		number := strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "")
		behind := number[strings.LastIndexAny(number, ":/|#=")+1:]
		if len(behind) > 3 && strings.EqualFold(behind[:3], "nhs") {
			behind = behind[3:]
		}
		_, err := sp.ParseNHSNumber(strings.NewReplacer(".", "", "_", "", "+", "", "%20", "").Replace(behind))
		require.Equal(t, sp.ValidID(number) && err != nil, sp.ValidPersonID(number), number)
	})
}

func TestValidPersonIDCostsNoAllocation(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for _, id := range []string{"P-55", "bay/chairs", "NHS943-476-5919", "ann@example.org"} {
			_ = sp.ValidPersonID(id)
		}
	}))
}

func TestCheckIDNamesTheFieldAndNotWhatStandsThere(t *testing.T) {
	var e sp.InvalidError
	e.CheckID("R-7", "fine")
	e.CheckOptionalID("", "none")
	e.CheckOptionalID("R-7", "fine")
	require.NoError(t, e.Err())
	e.CheckID("", "missing")
	e.CheckID("Jo Bloggs", "to")
	e.CheckOptionalID("Jo Bloggs", "from")
	require.Equal(t, []sp.Field{{"missing", sp.Malformed, sp.IDRule}, {"to", sp.Malformed, sp.IDRule}, {"from", sp.Malformed, sp.IDRule}}, e.Fields)
}
