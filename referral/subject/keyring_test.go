package subject_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
)

func TestPseudonymsHaveKeysThatRotate(t *testing.T) {
	secret := func(of string) sp.Personal[[]byte] { h := sha256.Sum256([]byte(of)); return sp.Hide(h[:]) }
	first, second := sp.NewDate(2026, 1, 1), sp.NewDate(2027, 1, 1)
	ring := subject.Keyring{Keys: []subject.Key{
		{ID: "k1", Secret: secret("one"), During: sp.Period{Start: first, End: second}},
		{ID: "k2", Secret: secret("two"), During: sp.Period{Start: second, End: sp.NewDate(2028, 1, 1)}},
	}}
	old, err := ring.Pseudonym("P-1", "study", first)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(old, "k1-"))
	fresh, err := ring.Pseudonym("P-1", "study", second)
	require.NoError(t, err)
	other, err := ring.Pseudonym("P-1", "audit", second)
	require.NoError(t, err)
	require.NotEqual(t, fresh[3:], other[3:], "two projects cannot be joined")
	require.NotEqual(t, old[3:], fresh[3:])
	require.Equal(t, sp.Yes, ring.Is(old, "P-1", "study"))
	require.Equal(t, sp.No, ring.Is(old, "P-2", "study"))
	names, err := ring.Rotated([]person.ID{"P-1"}, "study", "k1", second)
	require.NoError(t, err)
	require.Equal(t, map[string]string{old: fresh}, names)
	_, err = ring.Pseudonym("P-1", "study", sp.NewDate(2028, 1, 1))
	require.ErrorIs(t, err, sp.ErrInvalid, "every key has expired")
	require.Equal(t, sp.Unknown, subject.Keyring{}.Is(old, "P-1", "study"))
	ring.Keys[1].Secret = sp.Hide([]byte("short"))
	_, err = ring.Pseudonym("P-1", "study", second)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, fmt.Sprintf("%v", ring), "short")
}
