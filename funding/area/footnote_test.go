package area_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

func TestATextBelowTheTableIsAFootnoteAndNoArea(t *testing.T) {
	const codes = "lsoa,name,population\nE01000001,Alpha,1000\nE01000002,Beta,3000\n"
	const names = "ward,population\nNorth End,1000\nSouth End,3000\n"
	for _, c := range []struct {
		name, text string
		notes      int
		areas      []string
	}{
		{"the source in the column of codes", codes + "Source: Office for National Statistics,,\n", 1, []string{"E01000001", "E01000002"}},
		{"several, with an empty row above", codes + ",,\nNotes,,\n1. Figures are rounded.,,\n© Crown copyright 2024,,\n", 3, []string{"E01000001", "E01000002"}},
		{"one that is shorter than the header", codes + "Source: Office for National Statistics\n", 1, []string{"E01000001", "E01000002"}},
		{"one with commas in quotation marks", codes + "\"Source: ONS, mid-2020, revised\",,\n", 1, []string{"E01000001", "E01000002"}},
		{"one in front of the column of codes", "name,lsoa,population\nAlpha,E01000001,1000\nBeta,E01000002,3000\nThis table was revised in May,,\n", 1, []string{"Alpha", "Beta"}},
		{"the source below names", names + "Source: ONS,\n", 1, []string{"North End", "South End"}},
		{"a sentence below names", names + "Figures are rounded to the nearest hundred,\n", 1, []string{"North End", "South End"}},
		{"a code of which nothing else is known", codes + "E01000003,,\n", 0, []string{"E01000001", "E01000002", "E01000003"}},
		{"a name of which nothing else is known", names + "Zennor Hill,\n", 0, []string{"North End", "South End", "Zennor Hill"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			areas, issues, err := area.Read(strings.NewReader(c.text), area.Layout{})
			require.NoError(t, err)
			require.Equal(t, c.areas, areas.Codes())
			notes := 0
			for _, issue := range issues {
				if issue.Code == "footnote" {
					notes++
					require.Equal(t, sp.Note, issue.Severity)
					require.Greater(t, issue.Line, 2)
				}
			}
			require.Equal(t, c.notes, notes, issues)
		})
	}
}

func TestARowThatLacksFieldsIsNoFootnote(t *testing.T) {
	for _, text := range []string{
		"lsoa,population\nA,1000\nB\nC,3000\n",    // within the table
		"lsoa,population\nA,1000\nC,3000\nB\n",    // a code
		"lsoa,population\nA,1000\nC,3000\n4711\n", // a number
	} {
		areas, issues, err := area.Read(strings.NewReader(text), area.Layout{})
		require.ErrorIs(t, err, sp.ErrInvalid, text)
		require.Equal(t, []string{"A", "C"}, areas.Codes())
		require.Equal(t, "wrong-length", issues[0].Code)
	}
}
