package sp_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
)

// anyNHSNumber draws numbers with a right check digit, computed by the text of
// the data dictionary rather than by the code under test.
func anyNHSNumber() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		for {
			first := fmt.Sprintf("%09d", rapid.IntRange(1, 999_999_999).Draw(t, "first nine"))
			sum := 0
			for i, r := range first {
				sum += int(r-'0') * (10 - i)
			}
			switch check := 11 - sum%11; check {
			case 11:
				return first + "0"
			case 10:
			default:
				return first + string(rune('0'+check))
			}
		}
	})
}

func TestNHSNumberCatchesMistypedAndSwappedDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		good := anyNHSNumber().Draw(t, "number")
		n, err := sp.ParseNHSNumber(good)
		require.NoError(t, err)
		require.Equal(t, good, n.Reveal())
		for _, apart := range []string{"-", " ", "\u00a0", "\t"} { // web pages and letters keep the groups together by \u00a0
			spaced, err := sp.ParseNHSNumber(" " + good[:3] + apart + good[3:6] + apart + good[6:] + "\r\n")
			require.NoError(t, err, "%q", apart)
			require.True(t, n.Equal(spaced))
		}
		for _, bad := range damaged(good) {
			_, err := sp.ParseNHSNumber(bad)
			require.ErrorIs(t, err, sp.ErrInvalid, "%s for %s", bad, good)
			require.NotContains(t, err.Error(), bad)
		}
	})
}

// damaged returns s with every digit mistyped in every way, and with every two
// neighbours swapped.
func damaged(s string) []string {
	var all []string
	for i := range len(s) {
		for d := byte('0'); d <= '9'; d++ {
			if d != s[i] {
				all = append(all, s[:i]+string(d)+s[i+1:])
			}
		}
		if i > 0 && s[i] != s[i-1] {
			all = append(all, s[:i-1]+string(s[i])+string(s[i-1])+s[i+1:])
		}
	}
	return all
}

func TestNHSNumberRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"zeros, which pass modulus 11":        "0000000000",
		"zeros in groups":                     "000 000 0000",
		"nothing":                             "",
		"nine digits":                         "943476591",
		"eleven digits":                       "94347659199",
		"digits of another script":            "٩٤٣٤٧٦٥٩١٩",
		"a check digit of ten written as one": "0000000061",
		"letters":                             "94347659l9",
	} {
		n, err := sp.ParseNHSNumber(s)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.True(t, n.IsZero(), name)
	}
}

func TestNHSNumberInJSON(t *testing.T) {
	var n sp.NHSNumber
	require.NoError(t, json.Unmarshal([]byte(`"943 476 5919"`), &n))
	require.Equal(t, "9434765919", n.Reveal())
	for _, s := range []string{`"9434765918"`, `9434765919`, `"[personal]"`, `{}`} {
		err := json.Unmarshal([]byte(s), &n)
		require.ErrorIs(t, err, sp.ErrInvalid, s)
		require.Equal(t, "9434765919", n.Reveal(), "a failure leaves what was there")
	}
	require.NoError(t, json.Unmarshal([]byte(`null`), &n))
	require.True(t, n.IsZero())
	data, err := json.Marshal(sp.Plain[string](n))
	require.NoError(t, err)
	require.Equal(t, "null", string(data))
}

func FuzzParseNHSNumber(f *testing.F) {
	f.Add("943 476 5919")
	f.Add("0000000000")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := sp.ParseNHSNumber(s)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.Len(t, n.Reveal(), 10)
	})
}

func TestSCTIDs(t *testing.T) {
	for s, name := range map[string]string{
		"871731000000106": "referral to social prescribing service",
		"871711000000103": "social prescribing declined",
		"390893007":       "referral to physical activity programme",
		"410606002":       "social service procedure",
	} {
		id, err := sp.ParseSCTID(s)
		require.NoError(t, err, name)
		require.Equal(t, s, id.String())
		require.True(t, id.IsConcept(), name)
		require.Equal(t, sp.Code{System: "http://snomed.info/sct", Code: s, Display: name}, id.Code(name))
	}
	for s, fault := range map[string]string{
		"1054321000000100":    "published in BaRS, with a wrong check digit",
		"1076171000000100":    "published in BaRS, with a wrong check digit",
		"104586100000100":     "published in BaRS, with a wrong check digit",
		"":                    "nothing",
		"0":                   "no identifier",
		"12345":               "too short",
		"0390893007":          "a leading zero",
		"1234567890123456789": "too long",
		"390893067":           "partition 06, which does not exist",
		"390893207":           "partition 20, which does not exist",
		"39089300x":           "a letter",
	} {
		_, err := sp.ParseSCTID(s)
		require.ErrorIs(t, err, sp.ErrInvalid, fault)
		require.NotContains(t, err.Error(), "06", "an error repeats no part of the input")
	}
	description, err := sp.ParseSCTID(withCheckDigit("999999999911"))
	require.NoError(t, err)
	require.False(t, description.IsConcept(), "partition 11 is a description")
	require.False(t, sp.SCTID(0).IsConcept())
}

// withCheckDigit appends the only digit that ParseSCTID accepts.
func withCheckDigit(s string) string {
	for d := '0'; d <= '9'; d++ {
		if _, err := sp.ParseSCTID(s + string(d)); err == nil {
			return s + string(d)
		}
	}
	return s
}

func TestSCTIDCatchesMistypedAndSwappedDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partition := rapid.SampledFrom([]string{"00", "01", "02", "10", "11", "12"}).Draw(t, "partition")
		stem := rapid.StringMatching(`[1-9][0-9]{2,14}`).Draw(t, "item") + partition
		var good []string
		for d := '0'; d <= '9'; d++ {
			if _, err := sp.ParseSCTID(stem + string(d)); err == nil {
				good = append(good, stem+string(d))
			}
		}
		require.Len(t, good, 1, "exactly one check digit fits")
		for _, bad := range damaged(good[0]) {
			_, err := sp.ParseSCTID(bad)
			require.ErrorIs(t, err, sp.ErrInvalid, "%s for %s", bad, good[0])
		}
	})
}

func TestPublishedSNOMEDCodesPassTheirCheckDigit(t *testing.T) {
	file, err := os.Open(filepath.Join(shared.Dir(t), "data/fhir/codes/snomed-social-prescribing.tsv"))
	require.NoError(t, err)
	defer file.Close()
	read := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		code, _, _ := strings.Cut(lines.Text(), "\t")
		if strings.Trim(code, "0123456789") != "" {
			continue // the heading
		}
		_, err := sp.ParseSCTID(code)
		require.NoError(t, err, code)
		read++
	}
	require.NotZero(t, read)
}

func TestSCTIDIsAStringInJSON(t *testing.T) {
	id, err := sp.ParseSCTID("871731000000106")
	require.NoError(t, err)
	data, err := json.Marshal(id)
	require.NoError(t, err)
	require.Equal(t, `"871731000000106"`, string(data))
	var back sp.SCTID
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, id, back)
	require.Error(t, json.Unmarshal([]byte(`"871731000000107"`), &back))
	require.NoError(t, json.Unmarshal([]byte(`""`), &back))
	require.Zero(t, back)
	data, err = json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, `""`, string(data))
}

func FuzzParseSCTID(f *testing.F) {
	f.Add("871731000000106")
	f.Add("1054321000000100")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := sp.ParseSCTID(s)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.Equal(t, s, id.String())
	})
}

func TestCodesAreTheSameWhateverTheirVersion(t *testing.T) {
	c := sp.Code{System: "http://snomed.info/sct", Version: "2026-04", Code: "410606002", Display: "Social service procedure"}
	require.True(t, c.Is(sp.Code{System: "http://snomed.info/sct", Code: "410606002"}))
	require.False(t, c.Is(sp.Code{System: "http://loinc.org", Code: "410606002"}))
	require.Equal(t, "http://snomed.info/sct|410606002", c.String())
	require.True(t, sp.Code{Display: "only words"}.IsZero())
	require.False(t, c.IsZero())
}

func BenchmarkParseNHSNumber(b *testing.B) {
	for b.Loop() {
		_, _ = sp.ParseNHSNumber("943 476 5919")
	}
}

func BenchmarkParseSCTID(b *testing.B) {
	for b.Loop() {
		_, _ = sp.ParseSCTID("871731000000106")
	}
}
