package token_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/rest/token"
)

var monday = time.Date(2026, time.November, 30, 9, 0, 0, 0, time.UTC)

// A link is what a provider without an account may do.
type link struct {
	Tenant    string
	Placement string
}

func keys(tb testing.TB, secrets ...byte) *token.Keys {
	tb.Helper()
	var all [][]byte
	for _, s := range secrets {
		all = append(all, bytes.Repeat([]byte{s}, token.KeySize))
	}
	k, err := token.NewKeys(all[0], all[1:]...)
	require.NoError(tb, err)
	return k
}

// A provider is asked by e-mail, and has a week to follow the link.
func Example() {
	keys, err := token.NewKeys(bytes.Repeat([]byte{7}, token.KeySize)) // drawn at random, and kept
	if err != nil {
		fmt.Println(err)
		return
	}
	links := token.For[link](keys, "link")
	text, err := links.Seal(link{"bay", "PL-1"}, monday.AddDate(0, 0, 7))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(links.Open(text, monday))
	fmt.Println(links.Open(text, monday.AddDate(0, 0, 7)))
	fmt.Println(links.Open(text[1:], monday))
	fmt.Println(token.For[link](keys, "session").Open(text, monday))
	// Output:
	// {bay PL-1} <nil>
	// { } token: its time is over: denied
	// { } token: it is not one of ours: not found
	// { } token: it is not one of ours: not found
}

func TestPurposeOpensWhatItHasSealedAndNothingElse(t *testing.T) {
	k := keys(t, 'a')
	rapid.Check(t, func(t *rapid.T) {
		purpose := token.For[link](k, rapid.StringMatching(`[a-z]{0,8}`).Draw(t, "purpose"))
		want := link{rapid.String().Draw(t, "tenant"), rapid.StringMatching(`PL-[0-9]+`).Draw(t, "placement")}
		until := monday.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, "until")))
		text, err := purpose.Seal(want, until)
		require.NoError(t, err)
		require.Regexp(t, `^[A-Za-z0-9_-]+$`, text)
		again, err := purpose.Seal(want, until)
		require.NoError(t, err)
		require.NotEqual(t, text, again, "no two are the same")

		got, err := purpose.Open(text, until.Add(-1))
		require.NoError(t, err)
		require.Equal(t, want, got)
		got, err = purpose.Open(text, until)
		require.ErrorIs(t, err, token.ErrEnded)
		require.Zero(t, got)

		data, err := base64.RawURLEncoding.DecodeString(text)
		require.NoError(t, err)
		require.NotContains(t, string(data), want.Placement)
		data[rapid.IntRange(0, len(data)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		got, err = purpose.Open(base64.RawURLEncoding.EncodeToString(data), until.Add(-1))
		require.ErrorIs(t, err, token.ErrUnknown)
		require.Zero(t, got)
		_, err = purpose.Open(text[:rapid.IntRange(0, len(text)-1).Draw(t, "length")], until.Add(-1))
		require.ErrorIs(t, err, token.ErrUnknown)
	})
}

func TestPurposeIsNotThatOfAnother(t *testing.T) {
	k := keys(t, 'a')
	text, err := token.For[link](k, "link").Seal(link{}, monday.Add(1))
	require.NoError(t, err)
	for _, other := range []string{"", "lin", "link ", "links", "session"} {
		_, err := token.For[link](k, other).Open(text, monday)
		require.ErrorIs(t, err, token.ErrUnknown, other)
	}
	_, err = token.For[string](k, "link").Open(text, monday)
	require.ErrorIs(t, err, token.ErrUnknown, "of a service that had another type there")
	_, err = token.For[struct{ Session string }](k, "link").Open(text, monday)
	require.ErrorIs(t, err, token.ErrUnknown, "of a service that had other fields there")
}

func TestKeysAreReplacedOneAfterTheOther(t *testing.T) {
	seal := func(k *token.Keys) string {
		text, err := token.For[link](k, "link").Seal(link{}, monday.Add(1))
		require.NoError(t, err)
		return text
	}
	opens := func(k *token.Keys, text string) bool {
		_, err := token.For[link](k, "link").Open(text, monday)
		require.True(t, err == nil || errors.Is(err, token.ErrUnknown))
		return err == nil
	}
	before, both, after := keys(t, 'a'), keys(t, 'b', 'a'), keys(t, 'b')
	require.True(t, opens(both, seal(before)), "an older key still opens")
	require.True(t, opens(after, seal(both)), "the newest seals")
	require.False(t, opens(before, seal(both)))
	require.False(t, opens(after, seal(before)), "it was dropped")
}

func TestNewKeysTakesWholeKeysOnly(t *testing.T) {
	_, err := token.NewKeys(make([]byte, token.KeySize), []byte("short"))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "[1]")
	_, err = token.NewKeys(nil)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestSealRefusesWhatIsNoJSON(t *testing.T) {
	_, err := token.For[func()](keys(t, 'a'), "link").Seal(func() {}, monday)
	require.ErrorContains(t, err, "token: seal link: ")
}

func TestEndedRemembersUntilATokenEndsByItself(t *testing.T) {
	var e token.Ended
	require.False(t, e.Has("s-1"))
	e.Add("s-1", monday.Add(time.Hour), monday)
	e.Add("s-2", monday.Add(2*time.Hour), monday)
	require.True(t, e.Has("s-1"))
	e.Add("s-3", monday.Add(3*time.Hour), monday.Add(time.Hour))
	require.False(t, e.Has("s-1"), "it has ended by itself")
	require.True(t, e.Has("s-2"))
	require.True(t, e.Has("s-3"))
	e.Add("s-3", monday.Add(2*time.Hour), monday.Add(time.Hour)) // an older token of the same session
	e.Add("s-4", monday.Add(4*time.Hour), monday.Add(2*time.Hour))
	require.True(t, e.Has("s-3"), "the later one has not ended yet")
}

func TestKeysPrintNothingOfThemselves(t *testing.T) {
	k := keys(t, 'Q')
	said := fmt.Sprintf("%v %+v %#v %s %x", k, k, token.For[link](k, "x"), k, k)
	require.NotContains(t, said, "QQ")
	require.NotContains(t, said, "5151")
	require.NotContains(t, said, "0x51, 0x51")
}

func FuzzPurpose(f *testing.F) {
	k := keys(f, 'a', 'b')
	good, err := token.For[link](k, "link").Seal(link{"bay", "PL-1"}, monday.Add(1))
	require.NoError(f, err)
	for _, text := range []string{"", "AAAA", good, good + "=", good[:20], "\n" + good} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := token.For[link](k, "link").Open(text, monday)
		if err == nil { // one of the seeds
			require.Equal(t, link{"bay", "PL-1"}, got)
			require.Regexp(t, `^[A-Za-z0-9_-]+$`, text)
			return
		}
		require.ErrorIs(t, err, token.ErrUnknown)
		require.Zero(t, got)
	})
}
