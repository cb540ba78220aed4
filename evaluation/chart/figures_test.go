package chart

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func TestSharesAndNewAimTakeSharesOfPeopleAlone(t *testing.T) {
	share := func(group string, x, n float64) evaluation.Figure {
		e, _ := stat.Proportion(x, max(n, 1), level)
		e.Numerator, e.Denominator = x, n
		return evaluation.Figure{Indicator: "accepted", Name: "accepted", Group: group, Unit: evaluation.Share, Estimate: e}
	}
	for _, c := range []struct {
		name    string
		figures []evaluation.Figure
		fails   bool
	}{
		{"months of one indicator are a table", []evaluation.Figure{share("2026-01", 30, 40), share("2026-02", 0, 0)}, false},
		{"a group that is there twice is refused", []evaluation.Figure{share("2026-01", 30, 40), share("2026-01", 1, 2)}, true},
		{"a figure without a group is refused", []evaluation.Figure{share("", 30, 40)}, true},
		{"days are refused", []evaluation.Figure{{Indicator: "wait", Group: "2026-01", Unit: evaluation.Days}}, true},
		{"more than all are refused", []evaluation.Figure{share("2026-01", 41, 40)}, true},
		{"two indicators are refused", []evaluation.Figure{share("a", 1, 2), {Indicator: "other", Group: "b", Unit: evaluation.Share}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := Shares("x", c.figures)
			if c.fails {
				require.ErrorIs(t, err, sp.ErrInvalid)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []disclosure.Row{{Name: "2026-01", Counts: []int64{30, 10}}, {Name: "2026-02", Counts: []int64{0, 0}}}, table.Rows)
		})
	}
	aim, err := NewAim(share("", 30, 40), disclosure.HES())
	require.NoError(t, err)
	require.Equal(t, "accepted", aim.Name)
	require.Equal(t, disclosure.Controlled, aim.Share.Basis())
	_, err = NewAim(evaluation.Figure{Unit: evaluation.Days}, disclosure.HES())
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestControlHasNoPointForPeopleWhoseTimeIsNotStated(t *testing.T) {
	table := disclosure.Table{Title: "In time", Columns: []string{"yes", "no"}, Rows: []disclosure.Row{
		{Name: "2026-01", Counts: []int64{40, 20}}, {Name: "2026-02", Counts: []int64{45, 20}}, {Name: "2026-03", Counts: []int64{40, 25}}, {Name: evaluation.UnknownGroup, Counts: []int64{30, 30}},
	}}
	p, err := Control(Cases{Table: released(t, table)}, ControlOptions{})
	require.NoError(t, err)
	require.Len(t, p.Table.Rows, 3)
	require.Contains(t, p.Foot, "Of 60 people the time is not stated")
}
