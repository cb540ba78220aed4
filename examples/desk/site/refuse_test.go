package site_test

import (
	"context"
	"errors"
	"html"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// buttons are what the forms of a page are sent by.
func (b *browser) buttons() (all []string) {
	for _, f := range forms.FindAllStringSubmatch(b.page, -1) {
		if said := button.FindStringSubmatch(f[2]); said != nil {
			all = append(all, unescaped(said[1]))
		}
	}
	return all
}

// send posts a form with headers of its own, as somebody who has the cookies of a browser.
func (b *browser) send(to string, form url.Values, headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8080"+to, strings.NewReader(form.Encode()))
	r.RemoteAddr = "127.0.0.1:4000"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	got := httptest.NewRecorder()
	b.w.site.ServeHTTP(got, r)
	return got
}

func TestSiteTakesNoFormWithoutItsTokenOrFromAnotherOrigin(t *testing.T) {
	w := newWorld(t, memstore.New()).tour()
	_, other, _ := w.as("sandholme/ben").form("Sign out")
	before, forms := w.changes(), 0
	same := map[string]string{"Sec-Fetch-Site": "same-origin"}
	for _, s := range w.stops() {
		for _, button := range s.who.open(s.path).buttons() {
			to, values, _ := s.who.form(button)
			without, foreign := url.Values{}, url.Values{}
			for name, v := range values {
				without[name], foreign[name] = v, v
			}
			without.Del(gate.FormField)
			foreign.Set(gate.FormField, other.Get(gate.FormField))
			for why, got := range map[string]*httptest.ResponseRecorder{
				"no token":          s.who.send(to, without, same),
				"somebody's token":  s.who.send(to, foreign, same),
				"another site":      s.who.send(to, values, map[string]string{"Sec-Fetch-Site": "cross-site"}),
				"a neighbour":       s.who.send(to, values, map[string]string{"Sec-Fetch-Site": "same-site"}),
				"an origin":         s.who.send(to, values, map[string]string{"Origin": "https://example.org"}),
				"an origin unknown": s.who.send(to, values, map[string]string{"Origin": "null"}),
			} {
				require.Equal(t, http.StatusForbidden, got.Code, "%s: %s by %s", s.name, button, why)
				require.Contains(t, got.Body.String(), "You may not see or do this", why)
			}
			forms++
		}
	}
	require.Greater(t, forms, 25)
	require.Equal(t, before, w.changes(), "nothing was done")
	to, values, _ := w.ann.open("/people/" + w.of).form("Save the note")
	values.Set("note", "Taken.")
	require.Equal(t, http.StatusSeeOther, w.ann.send(to, values, map[string]string{"Origin": "http://127.0.0.1:8080"}).Code, "an old browser, from our own page")
}

// hostile is what somebody types to do harm. Were one of them drawn as it is, the page had a
// mark or an attribute that is called zz.
var hostile = []string{
	`<zz>alert(1)</zz>"><zz>' zz='" zz="</textarea></title><zz>`,
	"javascript:zz() {{.}} {{template \"zz\"}} %s%n%!d(zz) ../../zz '; DROP TABLE zz; -- \u202ezz\u200b",
	"zz\x00\xff\xfe\r\nSet-Cookie: zz=1", strings.Repeat("zz", 6_000),
}

// usual is what is typed into the fields that want a day or a number.
var usual = map[string]string{
	"number": "9990000034", "born": "1 5 1950", "review": "1 2 2027", "next": "1 3 2027", "by": "7 12 2026", "on": "30 11 2026", "from": "1 2 2027", "minutes": "30", "reached": "3", "telephone": "07700 900471",
}

// fill fills in a form with a text: all of it, or where a text can be anything and the rest as
// usual. It returns how many fields it has filled in, and whether the text was typed into one.
func (b *browser) fill(press, text string, all bool) (to string, values url.Values, filled int, typed bool) {
	to, values, names := b.form(press)
	for _, name := range names {
		if name == gate.FormField || name == "key" || name == "seen" {
			continue
		}
		filled++
		chosen := choice(b.page, name)
		switch {
		case !all && chosen != "":
			values[name] = []string{chosen}
		case !all && usual[name] != "":
			values[name] = []string{usual[name]}
		default:
			typed = typed || chosen == "" && values.Get(name) == "" // what is hidden holds something
			values[name] = []string{text}
		}
	}
	return to, values, filled, typed
}

// choice is the first thing that can be chosen in a field, nothing where it is typed into.
func choice(page, name string) string {
	for _, x := range inputs.FindAllStringSubmatch(page, -1) {
		is := map[string]string{}
		for _, a := range attrs.FindAllStringSubmatch(x[1], -1) {
			is[a[1]] = html.UnescapeString(a[2])
		}
		if is["name"] == name && (is["type"] == "radio" || is["type"] == "checkbox") {
			return is["value"]
		}
	}
	return ""
}

// harmless says that a page shows no hostile text as its own.
func (b *browser) harmless(what string) {
	b.w.t.Helper()
	require.Less(b.w.t, b.status, 500, what)
	for _, live := range []string{"<zz", ` zz="`, ` zz='`, `href="javascript:`, `action="javascript:`} {
		require.NotContains(b.w.t, b.page, live, what)
	}
}

func TestSiteBearsHostileInputInEveryField(t *testing.T) {
	w := newWorld(t, memstore.New()).tour()
	texts := hostile[:tier.Pick(1, len(hostile), len(hostile))]
	w.hostility(w.stops(), texts)
	w.service.open("/provider/" + w.asked)
	if slices.Contains(w.service.buttons(), "Send your answer") {
		w.service.press("Send your answer", url.Values{"answer": {"yes"}})
	}
	w.hostility(slices.DeleteFunc(w.stops(), func(s stop) bool { return s.who != w.service }), texts) // who was told has other forms
	require.Greater(t, w.kept, 10, "what was typed was found again")
	require.NotContains(t, w.log.String(), "alert(1)")
}

// hostility sends every form of some pages with each of some texts, and looks at all pages afterwards.
func (t *tour) hostility(at []stop, texts []string) {
	t.t.Helper()
	for _, s := range at {
		for _, button := range s.who.open(s.path).buttons() {
			for _, text := range texts {
				t.harm(s, button, text, true)
				if button != "End it" {
					t.harm(s, button, text, false)
				}
			}
		}
	}
	for _, s := range t.stops() {
		s.who.open(s.path).harmless(s.name)
	}
}

// harm sends a form of a page with a hostile text.
func (t *tour) harm(s stop, button, text string, all bool) {
	t.t.Helper()
	b := s.who.open(s.path)
	if !slices.Contains(b.buttons(), button) {
		return // what was said has changed what can be
	}
	to, values, filled, typed := b.fill(button, text, all)
	if filled == 0 {
		return
	}
	what := s.name + ": " + button + ": " + text[:min(len(text), 30)]
	b.ask(http.MethodPost, to, values)
	b.harmless(what)
	if typed && b.status == http.StatusUnprocessableEntity && !strings.Contains(text, "\x00") {
		require.Contains(t.t, unescaped(b.page), text, "%s: what was typed is kept", what)
		t.kept++
	}
	if slices.Contains(b.buttons(), "Send the referral") {
		b.press("Send the referral", nil).harmless(what)
	}
}

func TestSiteTellsInWordsWhoMayNotSeeAPage(t *testing.T) {
	w := newWorld(t, memstore.New()).tour()
	for _, s := range w.stops() {
		for _, other := range []*browser{w.khan, w.ann, w.lena, w.bo, w.service, w.june} {
			if other == s.who || other == w.lena && s.who == w.ann || s.who == w.bo && other == w.lena {
				continue // a lead reads what workers do, and what the board is told
			}
			other.open(s.path)
			require.Equal(t, http.StatusForbidden, other.status, "%s at %s", s.name, s.path)
			require.Contains(t, other.page, "You may not see or do this", s.name)
			require.NotContains(t, other.page, "Moon", s.name)
		}
		require.Equal(t, "/", w.browser().open(s.path).path, "who has not signed in is asked who they are")
	}
	ben := w.as("sandholme/ben").open("/people/" + w.of)
	require.Equal(t, http.StatusForbidden, ben.status, "of another caseload")
	require.NotContains(t, ben.page, "Moon")
	require.Equal(t, http.StatusNotFound, w.ann.open("/people/R-nobody").status)
	require.Contains(t, w.ann.page, "There is no such page")
	require.Equal(t, http.StatusNotFound, w.service.open("/provider/PL-other").status)
}

// An outage is a database that is gone, for as long as somebody says.
type outage struct {
	store.Driver
	gone bool
}

var errGone = errors.New("nobody answers")

func (o *outage) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if o.gone {
		return store.Record{}, errGone
	}
	return o.Driver.Get(ctx, k)
}

func (o *outage) Commit(ctx context.Context, b store.Batch) error {
	if o.gone {
		return errGone
	}
	return o.Driver.Commit(ctx, b)
}

func (o *outage) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	if o.gone {
		return func(yield func(store.Record, error) bool) { yield(store.Record{}, errGone) }
	}
	return o.Driver.Scan(ctx, q)
}

func (o *outage) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	if o.gone {
		return func(yield func(store.RecordedEvent, error) bool) { yield(store.RecordedEvent{}, errGone) }
	}
	return o.Driver.Log(ctx, tenant, after)
}

func TestSiteSaysThatTheDatabaseIsGoneAndGoesOnWhenItIsBack(t *testing.T) {
	db := &outage{Driver: memstore.New()}
	w := newWorld(t, db).tour()
	ann := w.ann.open("/people/" + w.of)
	to, values, _ := ann.form("Save the note")
	values.Set("note", "Rang at nine.")
	stops := w.stops()
	db.gone = true
	for _, s := range stops {
		s.who.open(s.path)
		if s.path == "/refer" { // it needs no database
			require.Equal(t, http.StatusOK, s.who.status)
			continue
		}
		require.Equal(t, http.StatusServiceUnavailable, s.who.status, s.name)
		require.Regexp(t, "We cannot show this just now|Your list could not be read", s.who.page, s.name)
		require.NotContains(t, s.who.page, errGone.Error())
	}
	ann.ask(http.MethodPost, to, values)
	require.Equal(t, http.StatusServiceUnavailable, ann.status)
	require.Contains(t, ann.page, "We cannot save just now")
	require.Contains(t, ann.page, "Rang at nine.")
	db.gone = false
	before := w.changes()
	retry, again, _ := ann.form("Try again")
	ann.press("Try again", nil).sees("Rang at nine.")
	require.Greater(t, w.changes(), before)
	ann.ask(http.MethodPost, retry, again)
	require.Equal(t, 1, strings.Count(ann.sees("Rang at nine.").page, "Rang at nine."), "sent twice, saved once")
	for _, s := range stops {
		require.Equal(t, http.StatusOK, s.who.open(s.path).status, s.name)
	}
}

func TestSiteShowsWhatWasTypedBesideWhatIsThereNow(t *testing.T) {
	w := newWorld(t, memstore.New()).tour()
	slow := w.as("sandholme/ann").open("/people/" + w.of + "/talk")
	w.ann.open("/people/"+w.of+"/talk").press("Save", url.Values{"channel": {"phone"}, "minutes": {"10"}, "agrees": {"yes"}, "note": {"The first."}}).sees("The first.")
	slow.press("Save", url.Values{"channel": {"phone"}, "minutes": {"20"}, "agrees": {"yes"}, "note": {"The <second>."}})
	require.Equal(t, http.StatusConflict, slow.status)
	for _, said := range []string{"Somebody was faster", "What is there now", "What you wrote", "The &lt;second&gt;."} {
		require.Contains(t, slow.page, said)
	}
	slow.press("Save mine as well", nil).sees("The first.", "The <second>.")

	late := w.provider(w.of)
	w.service.open(late.path).press("Send your answer", url.Values{"answer": {"yes"}}).sees("You said yes")
	late.press("Send your answer", url.Values{"answer": {"no"}, "why": {"no-capacity"}})
	require.Equal(t, http.StatusConflict, late.status)
	for _, said := range []string{"It has changed meanwhile", "Said yes", "no-capacity"} {
		require.Contains(t, late.page, said)
	}
	late.follow("Look at it again").sees("You said yes")
}
