package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEvaluateWritesAnExtractForAStudy(t *testing.T) {
	folder := t.TempDir()
	said := evaluate(t, "-from", "2026-02-01", "-as-of", "2026-06-30", "-extract", folder, "-agreement", "testdata/agreement.json", "-key", "testdata/k1.key")
	golden(t, "extract.txt", said)
	for _, name := range []string{"extract.csv", "dictionary.csv", "datapackage.json"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		golden(t, "extract."+name, string(text))
	}
}

func TestEvaluateWritesAnExtractOfASheet(t *testing.T) {
	folder := t.TempDir()
	agreed := filepath.Join(folder, "agreement.json")
	require.NoError(t, os.WriteFile(agreed, []byte(`{"audience": "a study", "why": "consent of each", "project": "study", "footing": "explicit-agreement", "leaves": "2026-11-30"}`), 0o600))
	said := evaluate(t, "-csv", "testdata/council.csv", "-map", "testdata/council.json", "-extract", folder, "-agreement", agreed, "-key", "testdata/k1.key")
	require.Contains(t, said, "SHEET  600 rows, 595 cases")
	require.NotContains(t, said, "cannot be read")
	text, err := os.ReadFile(filepath.Join(folder, "extract.csv"))
	require.NoError(t, err)
	require.Greater(t, strings.Count(string(text), "\n"), 500)
	require.NotContains(t, string(text), "SW-", "no reference of a case leaves")
}

func TestEvaluateRefusesAnExtractThatNobodyMayHave(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	const agreed, key = "testdata/agreement.json", "testdata/k1.key"
	const study = `{"audience": "a study", "why": "w", "project": "p", "footing": "section-251", "leaves": "2026-11-30"`
	for want, args := range map[string][]string{
		"go together":                             {agreed, ""},
		"no such file":                            {"nowhere.json", key},
		"footing must be the legal basis":         {write("f.json", strings.Replace(study, "section-251", "interest", 1)+"}"), key},
		"lookup must be there":                    {write("l.json", study+"}"), key},
		"lookup.on must be recent":                {write("old.json", strings.Replace(study, "2026", "2027", 1)+`, "optOuts": "good.csv", "asked": "2026-11-29"}`), key},
		"must have 32 bytes or more":              {agreed, write("k2.key", "0707")},
		"must be hex digits":                      {agreed, write("k3.key", strings.Repeat("guess", 20))},
		"must have the columns":                   {write("c.json", study+`, "optOuts": "c.csv"}`), key},
		"n.csv:2: NHS number: invalid: must have": {write("n.json", study+`, "optOuts": "n.csv"}`), key},
		"t.csv:3: opt-outs":                       {write("t.json", study+`, "optOuts": "t.csv"}`), key},
		"opted out must be yes, no or empt":       {write("y.json", study+`, "optOuts": "y.csv"}`), key},
	} {
		const header = "person,nhs number,opted out\n"
		write("good.csv", header+"P-1,9990000018,no\n")
		write("c.csv", "person,number\n")
		write("n.csv", header+"P-1,99900000181,no\n")
		write("t.csv", header+"P-1,9990000018,no\nP-1,9990000026,yes\n")
		write("y.csv", header+"P-1,9990000018,perhaps\n")
		err := run(t.Context(), []string{"-extract", filepath.Join(folder, "x"), "-agreement", args[0], "-key", args[1]}, io.Discard, io.Discard)
		require.ErrorContains(t, err, want)
		for _, secret := range []string{"999000", "guess"} {
			require.NotContains(t, err.Error(), secret)
		}
		require.NoDirExists(t, filepath.Join(folder, "x"))
	}
	err := run(t.Context(), []string{"-extract", folder, "-agreement", agreed, "-key", key, "-out", folder}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "goes nowhere with what is for others")
}
