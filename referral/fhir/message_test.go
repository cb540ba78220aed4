package fhir_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/feedback"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/referraltest"
)

func TestEncoderDocumentComesBackAsTheMessageThatItWas(t *testing.T) {
	for _, c := range cases() {
		m := letter.MessageBack(c, letter.Wording{}, referraltest.AllowAll{}, referraltest.Day(90))
		bundle, lost := encoder(fhir.England()).Document(m, c.Referral.Person())
		again, ok := resource.BundleOf(parse(t, string(bundle.Whole().Append(nil))))
		require.True(t, ok)
		back, missed, err := decoder(fhir.England()).Document(again)
		require.NoError(t, err)
		require.Empty(t, missed)
		for _, path := range differing(t, m, back) {
			require.True(t, reported(lost, strings.ToLower(path[:1])+path[1:]) || strings.HasPrefix(path, "Withheld"), "%s is lost, and nobody says so", path)
		}
	}
}

func TestEncoderDocumentSaysThatSomethingIsWithheldAndNotWhat(t *testing.T) {
	c := referraltest.NewWorld(1).Cases[0]
	m := letter.MessageBack(c, letter.Wording{}, nil, referraltest.Day(90))
	bundle, lost := encoder(fhir.R4()).Document(m, c.Referral.Person())
	require.Len(t, lost.Of(fhir.Withheld), len(m.Withheld))
	body := string(bundle.Whole().Append(nil))
	require.Contains(t, body, `"withheld"`)
	for _, x := range m.Withheld {
		require.NotContains(t, strings.ReplaceAll(body, `"status":`, ""), `"`+x.Field+`"`)
	}
	back, _, err := decoder(fhir.R4()).Document(bundle)
	require.NoError(t, err)
	require.Len(t, back.Withheld, 1)
}

func TestDecoderDocumentReadsTheTextOfAnybody(t *testing.T) {
	b, _ := resource.BundleOf(parse(t, `{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition","title":"Letter","date":"2026-03-02T10:00:00Z",
		"section":[{"title":"A","text":{"div":"<div xmlns='x'><h1>Seen</h1>at <b>home</b> &amp; well<br/>bye</div>"},"entry":[{"reference":"#x"}],
		"section":[{"title":"B","text":{"div":"<div><p>one</p><p> two  words</p></div>"}}]}]}},{"resource":{"resourceType":"Patient"}}]}`))
	m, lost, err := decoder(fhir.R4()).Document(b)
	require.NoError(t, err)
	require.Equal(t, []feedback.Paragraph{{Heading: "A", Lines: []string{"Seen", "at home & well", "bye"}}, {Heading: "B", Lines: []string{"one", "two words"}}}, m.Paragraphs)
	require.Len(t, lost, 3)
	for _, refused := range []string{`{"resourceType":"Bundle","type":"collection"}`, `{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Patient"}}]}`, `{"resourceType":"Bundle","type":"document","entry":[{}]}`} {
		b, _ := resource.BundleOf(parse(t, refused))
		_, _, err := decoder(fhir.R4()).Document(b)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestEncoderDocumentEscapesWhatCouldBeMarkup(t *testing.T) {
	m := &feedback.Message{Title: "T", Referral: "R-1", At: referraltest.Day(1), Paragraphs: []feedback.Paragraph{{Heading: "H", Lines: []string{`<script>alert("x")</script> & more`}}}}
	bundle, _ := encoder(fhir.R4()).Document(m, "P-1")
	require.NotContains(t, string(bundle.Whole().Append(nil)), "<script")
	back, _, err := decoder(fhir.R4()).Document(bundle)
	require.NoError(t, err)
	require.Equal(t, m.Paragraphs, back.Paragraphs)
}

func TestEncoderCommunicationIsReadAsText(t *testing.T) {
	c := referraltest.NewWorld(1).Cases[6]
	m := letter.MessageBack(c, letter.Wording{}, referraltest.AllowAll{}, referraltest.Day(90))
	o, lost := encoder(fhir.England()).Communication(m, c.Referral.Person(), nil)
	require.NotEmpty(t, lost.Under("paragraphs"))
	back, missed, err := decoder(fhir.England()).Communication(o)
	require.NoError(t, err)
	require.Empty(t, missed)
	require.Equal(t, c.Referral.ID(), back.Referral)
	require.Equal(t, strings.TrimSpace(m.String()), strings.TrimSpace(back.Paragraphs[0].Heading+strings.Join(back.Paragraphs[0].Lines, "\n")))
	_, missed, err = decoder(fhir.England()).Communication(o.Clone().Set("payload", parse(t, `{"p":[{"contentReference":{"reference":"DocumentReference/1"}}]}`).Get("p")))
	require.NoError(t, err)
	require.Len(t, missed.Of(fhir.Dropped), 1)
}

func TestEncoderProvenanceTellsThePersonOfNoConcern(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding}, referraltest.By(sp.RoleLinkWorker, 4)))
	all := referral.NewCase(r).Timeline()
	told := map[sp.Role]int{}
	for _, role := range []sp.Role{sp.RolePerson, sp.RoleLinkWorker} {
		e := encoder(fhir.England())
		e.To = sp.Actor{ID: "x", Role: role, For: "P-1"}
		for _, h := range all {
			o, lost := e.Provenance(h, "P-1")
			if o == nil {
				require.Equal(t, fhir.Withheld, lost[0].Kind)
				continue
			}
			told[role]++
			if role == sp.RolePerson {
				require.NotContains(t, string(o.Append(nil)), "flag")
			}
		}
	}
	require.Equal(t, len(all), told[sp.RoleLinkWorker])
	require.Equal(t, len(all)-1, told[sp.RolePerson])
	e := encoder(fhir.England())
	e.May = nil
	o, _ := e.Provenance(all[0], "P-1")
	require.Nil(t, o)
}

func TestEncoderAuditEventNamesWhatTheReaderMaySee(t *testing.T) {
	told := register.Told{ID: "T-1", To: "bay/green", As: "provider", Purpose: "direct-care", Policy: "p", Items: []register.ToldItem{{Field: "name", Authority: "agreement"}, {Field: "need", Code: "domestic-abuse", Authority: "agreement"}}}
	e := encoder(fhir.England())
	e.May = allow("name")
	o, lost := e.AuditEvent(told, "P-1", referraltest.By(sp.RoleLinkWorker, 4))
	require.Contains(t, string(o.Append(nil)), `"name"`)
	require.NotContains(t, string(o.Append(nil)), "domestic")
	require.Len(t, lost.Of(fhir.Withheld), 1)
}

// allow permits fields to anybody.
type allow string

func (a allow) See(_ sp.Actor, _ person.ID, field string) error {
	if strings.Contains(" "+string(a)+" ", " "+field+" ") {
		return nil
	}
	return sp.ErrDenied
}
