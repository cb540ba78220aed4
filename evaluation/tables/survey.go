package tables

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/voice"
)

// Surveys say how many were asked. The log holds the answers of those who gave them, and not the
// silence of the others.
type Surveys struct {
	Source string // who sent the questions out
	Rows   []Survey
}

// A Survey is how many people in a role were asked for one kind of statement in the period.
type Survey struct {
	Kind    voice.Kind // such as experience, or barrier-diary
	Speaker voice.Speaker
	Asked   Cell // how many times somebody was asked
}

var speakers = []voice.Speaker{voice.Person, voice.LinkWorker, voice.Referrer, voice.Provider, voice.Lead}

// key is under which catalogue.StatementsID counts the answers to a survey.
func (s Survey) key() string { return string(s.Kind) + " (" + string(s.Speaker) + ")" }

// ReadSurveys reads surveys from CSV: the columns kind, speaker and asked, with kinds and
// speakers as package voice has them. The source must not be empty. It fails as [ReadList] does,
// and for a kind or a speaker that there is none of.
func ReadSurveys(r io.Reader, name, source string) (Surveys, error) {
	if err := checkSource(source); err != nil {
		return Surveys{}, err
	}
	rows, into, err := lines(r, name, "kind", "speaker", "asked")
	if err != nil {
		return Surveys{}, err
	}
	s, seen := Surveys{Source: source}, map[string]bool{}
	for _, l := range rows {
		one := Survey{voice.Kind(l.text("kind")), voice.Speaker(l.text("speaker")), into.cell(l, "asked")}
		switch {
		case !slices.Contains(voice.Kinds(), one.Kind):
			into.fault(l, "kind", "not-listed", "must be a kind of package voice, such as experience")
		case !slices.Contains(speakers, one.Speaker):
			into.fault(l, "speaker", "not-listed", "must be person, link-worker, referrer, provider or lead")
		case seen[one.key()]:
			into.fault(l, "kind", "duplicate-row", "the kind and speaker stands twice")
		}
		seen[one.key()] = true
		s.Rows = append(s.Rows, one)
	}
	return s, into.err(name)
}

// ResponseRates returns, for each survey, the share of those asked who answered: without it
// nobody can say whom an answer speaks for. It belongs to indicators 48 and 49, and to the diary
// of barriers. Statements are counted by kind and speaker, as "experience (person)", with
// [Numerators] of catalogue.StatementsID. Those that nobody was asked for are counted as left
// out, of the first survey. If more answered than were asked, the table is wrong, and it fails
// with an error that is [sp.ErrInvalid].
func ResponseRates(s Surveys, statements map[string]int64) ([]evaluation.Figure, error) {
	if err := checkCounts(statements); err != nil {
		return nil, err
	}
	answered := maps.Clone(statements)
	all := make([]evaluation.Figure, 0, len(s.Rows))
	for _, one := range s.Rows {
		out := leaving{}
		n := answered[one.key()]
		delete(answered, one.key())
		asked, known := one.Asked.Number.Lookup()
		if !known {
			out.add(one.Asked.why(), n)
			n = 0
		}
		f, err := out.share("response-rate", "answered", "", "questionnaires sent", n, asked)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: more answered than were asked", err, one.key())
		}
		f.Category = one.key()
		all = append(all, f)
	}
	for _, key := range keys(answered) {
		if len(all) > 0 && answered[key] > 0 {
			leaving(all[0].LeftOut).add("said without being asked", answered[key])
			all[0].Excluded += answered[key]
		}
	}
	return all, nil
}
