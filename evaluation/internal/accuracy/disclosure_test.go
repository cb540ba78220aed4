package accuracy_test

import (
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/disclosure"
)

func holdDisclosure(s *section) {
	t := s.t
	l := s.line("Policy.Show", "the rules in Python", closed, "")
	for _, r := range rows(t, "sdc/hes_rounding.csv") {
		n := int64(number(t, r["count"]))
		l.same(t, r["hes_subnational"], disclosure.HES().Show(n).String(), n)
		l.same(t, r["mhsds_lt5_round5"], disclosure.MHSDS().Show(n).String(), n)
		l.same(t, r["opensafely_midpoint6"], disclosure.Midpoint6().Show(n).String(), n)
	}
	l = s.line("AuditMask", "linear programmes, HiGHS in SciPy 1.10.1", closed, "")
	sets, by := groups(rows(t, "sdc/audit_tables.csv"), "set")
	for _, set := range sets {
		table, hidden, want := disclosure.Table{}, map[[2]string]bool{}, map[[2]string]map[string]string{}
		_, lines := groups(by[set], "row")
		for i := range len(lines) {
			row := disclosure.Row{Name: "r" + strconv.Itoa(i)}
			for _, r := range lines[strconv.Itoa(i)] {
				cell := [2]string{row.Name, "c" + r["col"]}
				row.Counts = append(row.Counts, int64(number(t, r["count"])))
				hidden[cell] = r["suppressed"] == "1"
				want[cell] = r
				if i == 0 {
					table.Columns = append(table.Columns, cell[1])
				}
			}
			table.Rows = append(table.Rows, row)
		}
		findings, err := disclosure.AuditMask(table, func(row, column string) bool { return hidden[[2]string{row, column}] })
		require.NoError(t, err)
		for _, f := range findings {
			r := want[[2]string{f.Row, f.Column}]
			l.same(t, r["feasible_lower"], strconv.FormatInt(f.Knows.Low, 10), set, f)
			l.same(t, r["feasible_upper"], strconv.FormatInt(f.Knows.High, 10), set, f)
			l.same(t, r["linear_derivable"] == "1", f.Exact, set, f)
		}
	}
}
