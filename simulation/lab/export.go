package lab

import (
	"slices"
	"strconv"

	"github.com/socialprescribing/sp/evaluation/export"
)

// Schema returns what the columns of the table are, for package evaluation/export.
func (t *Table) Schema() export.Schema {
	s := export.Schema{Name: t.Name, Title: t.title()}
	for _, name := range t.Header {
		i := slices.IndexFunc(columns(), func(f export.Field) bool { return f.Name == name })
		if i < 0 {
			s.Fields = append(s.Fields, export.Field{Name: name, Type: export.Text}) // which [export.New] refuses, as it says nothing
			continue
		}
		s.Fields = append(s.Fields, columns()[i])
	}
	return s
}

// Values yields the rows as values of [Table.Schema]. What becomes of them is for whoever writes them
// to say: outcomes of a simulation count nobody, and those of a log are of people
// (package evaluation/disclosure).
func (t *Table) Values() export.Rows {
	fields := t.Schema().Fields
	return func(yield func([]export.Value, error) bool) {
		row := make([]export.Value, len(fields))
		for _, cells := range t.Rows {
			for i, cell := range cells {
				row[i] = cellOf(fields[i].Type, cell)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// cellOf returns a cell as a value. Numbers have all their digits, so that each comes back as it was.
func cellOf(of export.Type, cell string) export.Value {
	switch of {
	case export.Number:
		if v, err := strconv.ParseFloat(cell, 64); err == nil {
			return export.Real(v)
		}
		return export.Value{}
	case export.Integer:
		if n, err := strconv.ParseInt(cell, 10, 64); err == nil {
			return export.Whole(n)
		}
		return export.Value{}
	default:
		return export.String(cell)
	}
}

func (t *Table) title() string {
	titles := map[string]string{
		"outcomes": "What each policy comes to", "differences": "What each policy changes, on the same people", "stress-des": "The checklist of simulations (STRESS-DES)",
		"sensitivity": "Differences at the ends of each range", "sensitivity-two-way": "Differences at the ends of two ranges",
		"barriers": "What each policy does to each of the 25 barriers", "luck": "How much of what happens is recorded and how much is drawn",
		"spread": "How far draws lie apart", "hangs": "On which luck a difference hangs",
	}
	if title, is := titles[t.Name]; is {
		return title
	}
	return t.Name
}

func text(name, meaning string) export.Field {
	return export.Field{Name: name, Type: export.Text, Meaning: meaning}
}

func decimal(name, meaning string) export.Field {
	return export.Field{Name: name, Type: export.Number, Meaning: meaning}
}

func whole(name, meaning string) export.Field {
	return export.Field{Name: name, Type: export.Integer, Meaning: meaning}
}

// columns says what each column of a table is.
func columns() []export.Field {
	return []export.Field{
		text("study", "Name of the study"),
		text("policy", "Name of the policy"),
		text("compared_with", "Name of the policy that it is compared with, on the same people"),
		text("measure", "Code of the measure, which says its unit"),
		text("by", "By what people are told apart; empty for everybody"),
		text("group", "Group of people; empty for everybody"),
		decimal("value", "Mean over the pairs of runs; empty if there is none, for which undefined says why"),
		decimal("lower", "Lower limit of its interval; empty if there is none, as where all pairs are alike"),
		decimal("upper", "Upper limit of its interval; empty if there is none, as where all pairs are alike"),
		decimal("level", "Confidence of the interval: 0.95"),
		decimal("pairs", "Pairs of runs"),
		text("undefined", "Why there is no mean or no interval; empty if there is"),
		decimal("p", "Of the paired t test, corrected for policies and looks"),
		text("verdict", "What the interval says of the difference"),
		whole("left_out", "Pairs in which one side has no value"),
		decimal("variance_ratio", "Variance of the difference as a part of that of independent runs; empty if nobody knows"),
		text("item", "Number of the item"),
		text("name", "In words"),
		text("says", "What the study says to it"),
		text("parameter", "Assumption that is varied"),
		text("parameter_a", "First assumption that is varied"),
		text("parameter_b", "Second assumption that is varied"),
		text("source", "Where its range is from"),
		text("end", "End of the range: low or high"),
		text("end_a", "End of the first range: low, study or high"),
		text("end_b", "End of the second range: low, study or high"),
		decimal("at", "The assumption there"),
		text("choice", "Policy that is chosen there"),
		decimal("turns_at", "About where the choice turns; empty if it does not"),
		text("barrier", "Number of the barrier in the study"),
		text("indicator", "ID of the indicator; empty where a measure of the model tells"),
		text("measured_by", "What tells of the barrier, in words"),
		text("unit", "What the value is in"),
		text("counted_from_events", "Whether it is counted from the events that the runs write: true or false"),
		text("of", "Kind of luck"),
		whole("recorded", "How often the log told it"),
		whole("drawn", "How often it was drawn"),
		decimal("low", "Least of the single draws"),
		decimal("high", "Greatest of the single draws"),
		decimal("least", "Difference if all that was drawn had come out least, or yes; empty if nobody knows"),
		decimal("most", "Difference if all that was drawn had come out most, or no; empty if nobody knows"),
	}
}
