package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

var update = flag.Bool("update", false, "write docs/dependencies.md anew")

const root = "../.."

// The licences under which a library may be linked into any program, closed ones among them.
var free = []string{"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Unlicense", "MPL-2.0"}

// bills are those of the modules that every tier has at hand; of all that are released in the full one.
func bills(t *testing.T) map[string]Bill {
	t.Helper()
	dirs, err := released(root)
	if err != nil {
		t.Skip("these files are no clone of the repository")
	}
	require.Contains(t, dirs, "store/postgres")
	require.NotContains(t, dirs, "examples")
	all := make(map[string]Bill)
	for _, dir := range dirs {
		if strings.HasPrefix(dir, "evaluation/") && tier.Now() < tier.Full {
			continue // beam alone downloads some 150 modules
		}
		b, err := billOf(filepath.Join(root, dir), "v9.9.9")
		require.NoError(t, err)
		all[dir] = b
	}
	return all
}

func TestBillOfNamesALicenceOfEveryModuleThatIsLinked(t *testing.T) {
	for dir, b := range bills(t) {
		require.NotEmpty(t, b.Components, dir)
		require.Equal(t, "v9.9.9", b.Metadata.Component.Version)
		require.Len(t, b.Depends[0].On, len(b.Components))
		for _, c := range b.Components {
			require.NotEmpty(t, c.Licences, c.Name)
			require.NotContains(t, c.Name, "testify", "tests are not linked")
			for _, l := range c.Licences {
				require.Contains(t, free, l.License.ID, "%s links %s", dir, c.Name)
			}
		}
	}
}

func TestBillOfIsWrittenAsTheSameBytesEachTime(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	for _, folder := range []string{one, two} {
		require.NoError(t, run([]string{"-version", "v0.1.0", "-out", folder, filepath.Join(root, "store/postgres")}, io.Discard))
	}
	files, err := filepath.Glob(one + "/*.cdx.json")
	require.NoError(t, err)
	require.Len(t, files, 1)
	a, err := os.ReadFile(files[0])
	require.NoError(t, err)
	b, err := os.ReadFile(filepath.Join(two, filepath.Base(files[0])))
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
	require.True(t, json.Valid(a))
	require.Contains(t, string(a), `"purl": "pkg:golang/github.com/socialprescribing/sp@v0.1.0"`)
	require.Error(t, run(nil, io.Discard))
	require.Error(t, run([]string{"-out", one, "nowhere"}, io.Discard))
}

func TestRecogniseTellsLicencesByTheirWords(t *testing.T) {
	const bsd = "Redistributions of source code must\n retain the above copyright notice"
	for text, want := range map[string][]string{
		"": nil, "All rights reserved.": nil,
		"GNU GENERAL PUBLIC LICENSE Version 3":        nil,
		"Apache License\n  Version 2.0, January 2004": {"Apache-2.0"},
		bsd: {"BSD-2-Clause"},
		bsd + " Neither the name of X may be used to endorse or promote":                                                                                       {"BSD-3-Clause"},
		"Permission is hereby granted, free of charge ... The above copyright notice and this permission notice shall be included":                             {"MIT"},
		"Apache License Version 2.0 and Permission is hereby granted, free of charge, the above copyright notice and this permission notice shall be included": {"Apache-2.0", "MIT"},
	} {
		require.Equal(t, want, recognise(text), text)
	}
}

func TestLicenceOfFailsWhereNoneIsKnown(t *testing.T) {
	dir := t.TempDir()
	_, err := licenceOf(module{Path: "example.org/none", Dir: dir})
	require.ErrorContains(t, err, "none that is known")
	require.NoError(t, os.WriteFile(dir+"/LICENCE", []byte("ask me"), 0o600))
	_, err = licenceOf(module{Path: "example.org/own", Dir: dir})
	require.ErrorContains(t, err, "none that is known")
}

// docs/dependencies.md is what the bills say of the modules that most programs link.
func TestBillOfIsTheTableOfTheDocs(t *testing.T) {
	const path = root + "/docs/dependencies.md"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	head, _, found := strings.Cut(string(text), "\n| module | licence |")
	require.True(t, found)
	all := bills(t)
	licences, used := make(map[string]string), make(map[string][]string)
	for _, dir := range []string{".", "store/sqlite", "store/postgres"} {
		for _, c := range all[dir].Components {
			var ids []string
			for _, l := range c.Licences {
				ids = append(ids, l.License.ID)
			}
			licences[c.Name], used[c.Name] = strings.Join(ids, ", "), append(used[c.Name], dir)
		}
	}
	var want strings.Builder
	want.WriteString(head + "\n| module | licence | linked by packages of |\n|---|---|---|\n")
	var names []string
	for name := range licences {
		if !strings.HasPrefix(name+"/", ours+"/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		in := strings.ReplaceAll("`"+strings.Join(used[name], "`, `")+"`", "`.`", "the library")
		fmt.Fprintf(&want, "| %s | %s | %s |\n", name, licences[name], in)
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want.String()), 0o600))
		return
	}
	require.Equal(t, want.String(), string(text), "go test ./internal/sbom -update")
}
