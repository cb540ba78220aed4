package fhir

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral/fhir/internal/specimen"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

func fieldsOfNeed(n Need) []field {
	return []field{
		{"person", n.Person},
		{"assessment", n.Assessment},
		{"id", n.ID},
		{"code", n.Code},
		{"taxonomy", n.Taxonomy},
		{"strength", n.Strength},
		{"source", n.Source},
		{"since", n.Since},
		{"severity", n.Severity},
		{"rank", n.Rank},
		{"outcome", n.Outcome},
		{"metBy", n.MetBy},
		{"ratings", len(n.Ratings)},
	}
}

func TestConditionComesBackButForTheLossesReported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Need{Person: "P-55", Assessment: "A-7", Need: specimen.Need(random(t))}
		e := encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		o, out := e.Condition(n, nil)
		requireValid(t, o, e.Profile)
		back, in, err := (Decoder{Own: e.Own}).Condition(o)
		require.NoError(t, err)
		require.Empty(t, in)
		requireReported(t, fieldsOfNeed(n), fieldsOfNeed(back), out.lasting())
		again, _ := e.Condition(n, o)
		require.Equal(t, string(o.Append(nil)), string(again.Append(nil)))
		e.Own = ""
		o, out = e.Condition(n, nil)
		requireValid(t, o, e.Profile)
		back, in, err = Decoder{Known: func(string, resource.Value) (string, bool) { return "P-55", true }}.Condition(o)
		require.NoError(t, err)
		requireReported(t, fieldsOfNeed(n)[3:], fieldsOfNeed(back)[3:], out, in)
	})
}

func TestConditionOfAWithheldNeedIsNotWritten(t *testing.T) {
	n := Need{Person: "P-55", Assessment: "A-7", Need: needs.Need{ID: "N-1", Code: needs.DomesticAbuse}}
	o, report := encoder(R4(), but("sensitive-needs")).Condition(n, nil)
	require.Nil(t, o)
	require.Equal(t, Report{{Path: "need", Theirs: "Condition", Kind: Withheld}}, report, "its content is not named")
	n.Code = needs.Debt
	o, _ = encoder(R4(), but("sensitive-needs")).Condition(n, nil)
	require.NotNil(t, o)
	o, _ = encoder(R4(), nil).Condition(n, nil)
	require.Nil(t, o)
}

func TestObservationComesBack(t *testing.T) {
	phq, _ := measure.Find("phq-9")
	rapid.Check(t, func(t *rapid.T) {
		answers := measure.Answers{}
		for _, item := range phq.Items {
			if rapid.IntRange(0, 9).Draw(t, "asked") > 0 {
				answers[item.ID] = rapid.IntRange(item.Min, item.Max).Draw(t, "answer")
			}
		}
		result, err := phq.Score(answers)
		require.NoError(t, err)
		e := encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		at := time.Date(2026, 11, 3, 9, 30, 0, 0, time.UTC)
		for _, score := range result.Scores {
			requireScore(t, e, Score{Filled: "M-1", Person: "P-55", At: at, Score: score})
		}
		for _, refused := range result.Refusals {
			requireScore(t, e, Score{Filled: "M-1", Person: "P-55", At: at, Score: measure.Score{Instrument: refused.Instrument, Version: phq.Version, Scale: refused.Scale}, Missing: refused.Missing})
		}
		sent := Answers{Filled: "M-1", Person: "P-55", At: at, Instrument: "phq-9", Canonical: "https://bay.example/q/phq-9", Items: answers}
		o, _ := e.QuestionnaireResponse(sent, nil)
		requireValid(t, o, e.Profile)
		text := string(o.Append(nil))
		for _, item := range phq.Items {
			if item.Text != "" {
				require.NotContains(t, text, item.Text)
			}
		}
		back, again, report, err := (Decoder{Own: e.Own}).QuestionnaireResponse(o, phq)
		require.NoError(t, err)
		require.Equal(t, sent, back)
		require.Equal(t, result, again)
		require.Equal(t, result.Alert("self-harm") != sp.No, len(report) > 0, "an alert is reported, and so is that its question was left out")
	})
}

func requireScore(t require.TestingT, e Encoder, s Score) {
	o, out := e.Observation(s, []sp.Code{{System: "https://x.example", Code: "1"}}, nil)
	requireValid(t, o, e.Profile)
	require.Empty(t, out.lasting())
	back, in, err := (Decoder{Own: e.Own}).Observation(o)
	require.NoError(t, err)
	require.Empty(t, in)
	require.Equal(t, s, back)
}

func TestObservationIsToldOnlyWherePermitted(t *testing.T) {
	e := encoder(England(), but("measures"))
	o, _ := e.Observation(Score{Filled: "M-1", Person: "P-55"}, nil, nil)
	require.Nil(t, o)
	o, _ = e.QuestionnaireResponse(Answers{Filled: "M-1", Person: "P-55"}, nil)
	require.Nil(t, o)
}

func TestDecoderScoresAnswersWhateverTheirForm(t *testing.T) {
	phq, _ := measure.Find("phq-9")
	for _, tt := range []struct {
		name, items string
		lost, fails bool
	}{
		{"within a group", `[{"linkId":"g","item":[{"linkId":"9","answer":[{"valueInteger":2}]}]}]`, true, false},
		{"in words", `[{"linkId":"9","answer":[{"valueString":"often"}]}]`, true, false},
		{"twice", `[{"linkId":"9","answer":[{"valueInteger":0},{"valueInteger":2}]}]`, true, false},
		{"of no item", `[{"linkId":"77","answer":[{"valueInteger":0}]}]`, true, true},
		{"out of range", `[{"linkId":"9","answer":[{"valueInteger":9}]}]`, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := resource.Parse([]byte(`{"resourceType":"QuestionnaireResponse","status":"in-progress","item":` + tt.items + `}`))
			require.NoError(t, err)
			_, result, report, err := Decoder{}.QuestionnaireResponse(o, phq)
			require.Equal(t, tt.fails, err != nil)
			require.Equal(t, tt.lost, len(report) > 0)
			if tt.name == "within a group" {
				require.Equal(t, sp.Yes, result.Alert("self-harm"))
			}
		})
	}
}

func fieldsOfGoal(g Goal) []field {
	return []field{{"person", g.Person}, {"assessment", g.Assessment}, {"id", g.ID}, {"needs", g.Needs}, {"review", g.Review}, {"outcome", g.Outcome}, {"reviews", g.Reviews}, {"words", g.Words.Reveal()}}
}

func TestGoalComesBackButForTheLossesReported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := Goal{Person: "P-55", Assessment: "A-7", Goal: specimen.Goal(random(t)), Words: rapid.SampledFrom([]sp.Personal[string]{{}, sp.Hide("dance again")}).Draw(t, "words")}
		e := encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		o, out := e.Goal(g, nil)
		requireValid(t, o, e.Profile)
		back, in, err := (Decoder{Own: e.Own}).Goal(o)
		require.NoError(t, err)
		require.Empty(t, in)
		requireReported(t, fieldsOfGoal(g), fieldsOfGoal(back), out.lasting())
		require.Equal(t, g.Outcome, back.Outcome)
		masked, report := encoder(e.Profile, but(wordsField)).Goal(g, o)
		require.NotContains(t, string(masked.Append(nil)), "dance")
		requireValid(t, masked, e.Profile)
		require.Equal(t, !g.Words.IsZero(), withheld(report))
	})
}

func fieldsOfPlan(p needs.Plan) (all []field) {
	all = []field{{"assessment", p.Assessment}, {"person", p.Person}, {"support", p.Support.Reveal()}}
	for _, m := range p.Matters {
		all = append(all, field{"matters", m.Reveal()})
	}
	for i, item := range p.Items {
		all = append(all, field{at("items", i) + ".goal", item.Goal})
	}
	return all
}

func TestCarePlanComesBackAndWordsOnlyWherePermitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, e := specimen.Plan(random(t)), encoder(rapid.SampledFrom(profiles()).Draw(t, "profile"), all)
		o, out := e.CarePlan(p, nil)
		requireValid(t, o, e.Profile)
		back, in, err := (Decoder{Own: e.Own}).CarePlan(o)
		require.NoError(t, err)
		requireReported(t, fieldsOfPlan(p), fieldsOfPlan(back), out, in)
		for i, item := range p.Items {
			for j, step := range item.Steps {
				if path := at(at("items", i)+".steps", j); !reported(path, []Report{out}) && len(item.Steps) == len(back.Items[i].Steps) {
					require.Equal(t, step.Words.Reveal(), back.Items[i].Steps[j].Words.Reveal())
					require.Equal(t, step.Who, back.Items[i].Steps[j].Who)
				}
			}
		}
		p.Matters, p.Support = []sp.Personal[string]{sp.Hide("dance again")}, sp.Hide("ring first")
		for i := range p.Items {
			for j := range p.Items[i].Steps {
				p.Items[i].Steps[j].Words = sp.Hide("walk to the hall")
			}
		}
		o, report := encoder(e.Profile, but(wordsField)).CarePlan(p, nil)
		requireValid(t, o, e.Profile)
		require.True(t, withheld(report))
		for _, words := range []string{"dance", "ring", "walk"} {
			require.NotContains(t, string(o.Append(nil)), words)
		}
		o, _ = encoder(e.Profile, but("goal")).CarePlan(p, nil)
		require.Nil(t, o)
	})
}
