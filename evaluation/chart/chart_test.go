package chart

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/survival"
	"github.com/socialprescribing/sp/referral/caseload"
)

func TestPicturePublicRefusesWhatStaysWithin(t *testing.T) {
	lead, err := Caseloads(rooms(), About{})
	require.NoError(t, err)
	require.ErrorIs(t, lead.Public(), sp.ErrDenied)
	require.Contains(t, lead.Foot, "For the team's lead only")

	everybody, err := Funnel(practices(t, 30), FunnelOptions{})
	require.NoError(t, err)
	require.NoError(t, everybody.Public())

	safe, _, err := practices(t, 30).Table.Draw()
	require.NoError(t, err)
	own, err := Funnel(Cases{Table: must(disclosure.Within(safe, disclosure.Practice, "its own patients")), Of: practices(t, 30).Of}, FunnelOptions{})
	require.NoError(t, err)
	require.ErrorIs(t, own.Public(), sp.ErrDenied)
}

func TestPictureOfWhatWasNotReleasedIsRefused(t *testing.T) {
	var nothing disclosure.Released[disclosure.Safe]
	for name, draw := range map[string]func() (Picture, error){
		"funnel":    func() (Picture, error) { return Funnel(Cases{Table: nothing}, FunnelOptions{}) },
		"control":   func() (Picture, error) { return Control(Cases{Table: nothing}, ControlOptions{}) },
		"gradient":  func() (Picture, error) { return Gradient(Cases{Table: nothing}, GradientOptions{}) },
		"flow":      func() (Picture, error) { return Flow(nothing, About{}) },
		"became":    func() (Picture, error) { return Became(nothing, WaitOptions{}) },
		"waiting":   func() (Picture, error) { return Waiting([]Group{{Table: nothing}}, WaitOptions{}) },
		"targets":   func() (Picture, error) { return Targets([]Aim{{Name: "x"}}, About{}) },
		"gaps":      func() (Picture, error) { return Gaps(nothing, GapOptions{}) },
		"tiles":     func() (Picture, error) { return Tiles([]Tiling{{}}, TileOptions{}) },
		"policies":  func() (Picture, error) { return Policies(disclosure.Released[Comparison]{}, About{}) },
		"per-need":  func() (Picture, error) { return PerNeed(disclosure.Released[Division]{}, About{}) },
		"caseloads": func() (Picture, error) { return Caseloads(disclosure.Released[[]caseload.Room]{}, About{}) },
	} {
		_, err := draw()
		require.ErrorIs(t, err, sp.ErrDenied, name)
	}
	_, err := Caseloads(must(disclosure.NotPeople([]caseload.Room{{Worker: "ann"}}, "workers are people")), About{})
	require.ErrorIs(t, err, sp.ErrDenied)
}

func TestWaitingRefusesWaitsThatEndInTwoWays(t *testing.T) {
	two := released(t, Bands(waits(t, 1, 0.02, true), 0, disclosure.HES()))
	_, err := Waiting([]Group{{"all", two}}, WaitOptions{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "those who leave do not wait")
}

func TestBandsHaveNoSmallCountAndLoseNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e survival.Ends
		n := rapid.IntRange(1, 300).Draw(t, "n")
		for range n {
			day := rapid.IntRange(0, 400).Draw(t, "day")
			if rapid.Bool().Draw(t, "over") {
				_ = e.Ended(rapid.SampledFrom([]string{"begun", "left"}).Draw(t, "way"), day)
			} else {
				_ = e.Waiting(day)
			}
		}
		p := disclosure.HES()
		table := Bands(&e, rapid.IntRange(0, 30).Draw(t, "days"), p)
		sum := int64(0)
		for _, row := range table.Rows {
			for _, c := range row.Counts {
				sum += c
				if len(table.Rows) > 2 && row.Name != table.Rows[len(table.Rows)-1].Name && p.Small(c) {
					t.Fatalf("%s has a small count", row.Name)
				}
			}
		}
		if sum != int64(n) {
			t.Fatalf("%d of %d are in the bands", sum, n)
		}
	})
}

// Where nobody goes out of sight, a life table is what Aalen and Johansen, and Kaplan and Meier, say at the ends of its bands.
func TestLifeTableAgreesWithPackageSurvival(t *testing.T) {
	var e survival.Ends
	for i := range 400 {
		require.NoError(t, e.Ended([]string{"begun", "left", "begun"}[i%3], i*i%97))
	}
	open := disclosure.Policy{Name: "everything", SmallFrom: 1, SmallTo: 0}
	table := Bands(&e, 7, open)
	safe := disclosure.Safe{Columns: table.Columns}
	for _, r := range table.Rows {
		row := disclosure.SafeRow{Name: r.Name}
		for _, n := range r.Counts {
			row.Cells = append(row.Cells, disclosure.Cell{Count: sp.Know(n)})
		}
		safe.Rows = append(safe.Rows, row)
	}
	safe.Rows = append(safe.Rows, disclosure.SafeRow{Name: disclosure.Total, Cells: []disclosure.Cell{{}, {}, {}}})
	l, err := lives(must(disclosure.Within(safe, disclosure.Team, "a test")))
	require.NoError(t, err)
	require.Greater(t, len(l.ends), 8)
	for i, end := range l.ends[1:] {
		begun, err := e.Incidence("begun").By(end-1, level)
		require.NoError(t, err)
		require.InDelta(t, begun.Value, l.share[i+1][0], 1e-12, "day %d", end)
		require.InDelta(t, 1-l.share[i+1][0]-l.share[i+1][1], l.free[i+1], 1e-12)
	}
}

// What differs only in what is hidden is drawn by the same bytes.
func TestPictureTellsNothingOfWhatIsHidden(t *testing.T) {
	of := map[string]int64{}
	draw := func(hidden int64) []byte {
		table := disclosure.Table{Title: "Referrals", Columns: []string{"referred"}}
		for i := range 20 {
			n := int64(90 + 3*i)
			if i == 4 {
				n = hidden
			}
			if i == 7 {
				n = 8 - hidden
			}
			name := string(rune('a' + i))
			of[name] = 8000
			table.Rows = append(table.Rows, disclosure.Row{Name: name, Counts: []int64{n}})
		}
		p, err := Funnel(Cases{Table: released(t, table), Of: of}, FunnelOptions{})
		require.NoError(t, err)
		return p.SVG(Wide)
	}
	require.Equal(t, string(draw(3)), string(draw(5)))
}

func TestPictureIDsOfTwoKindsAndFormsDiffer(t *testing.T) {
	p, err := Funnel(practices(t, 30), FunnelOptions{})
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, name := range []string{"funnel", "second funnel"} {
		p.Name = name
		for _, f := range []Form{Wide, Narrow} {
			d := xml.NewDecoder(strings.NewReader(string(p.Inline(f))))
			for {
				token, err := d.Token()
				if err != nil {
					break
				}
				if e, is := token.(xml.StartElement); is {
					for _, a := range e.Attr {
						if a.Name.Local == "id" {
							require.False(t, seen[a.Value], a.Value)
							seen[a.Value] = true
						}
					}
				}
			}
		}
	}
	require.Len(t, seen, 8)
}

func TestPictureHasThreeLooksForWhatIsMissing(t *testing.T) {
	safe := disclosure.Safe{Columns: []string{"hidden", "not measured", "of nobody", "shown"}, Rows: []disclosure.SafeRow{{Name: disclosure.Total, Cells: []disclosure.Cell{
		{}, {Count: sp.Know[int64](20)}, {Count: sp.Know[int64](0)}, {Count: sp.Know[int64](30)},
	}}}}
	p, err := Gaps(must(disclosure.Within(safe, disclosure.Practice, "a test")), GapOptions{Of: map[string]int64{"hidden": 100, "of nobody": 0, "shown": 100}})
	require.NoError(t, err)
	drawn := string(p.Inline(Wide))
	for _, look := range []string{">*<", "url(#sp-gaps-wide-hatch)", ">–<"} {
		require.Contains(t, drawn, look)
	}
	status := map[string]string{}
	for _, row := range p.Table.Rows {
		status[row[0]] = row[len(row)-1]
	}
	require.Equal(t, map[string]string{"hidden": "suppressed", "not measured": "not-measured", "of nobody": "no-cases", "shown": "shown"}, status)
	require.Contains(t, p.Foot, "Not shown, since numbers are small: 1 of the areas. Not measured: 1 of the areas. With nobody to count: 1 of the areas.")
}
