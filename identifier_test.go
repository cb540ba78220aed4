package sp_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

func TestIdentifier(t *testing.T) {
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
