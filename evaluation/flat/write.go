package flat

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A writer makes the events of one row.
type writer struct {
	text   [slots]string
	lists  [slots][]string
	scores []score
	events []store.RecordedEvent

	encoded map[alike][]byte // events that many cases have alike
	room    []byte           // for those of one case
}

// A score is one of a questionnaire.
type score struct {
	after bool
	scale string
	n     int64 // hundredths
}

// alike is what an event that many cases have alike is made of.
type alike struct {
	name        store.EventType
	one, second string
}

func (w *writer) reset() {
	if w.encoded == nil {
		w.encoded = map[alike][]byte{}
	}
	w.text = [slots]string{}
	for i := range w.lists {
		w.lists[i] = w.lists[i][:0]
	}
	w.scores, w.events = w.scores[:0], w.events[:0]
}

// A history is the events of one record.
type history struct {
	w   *writer
	key store.Key
	n   *int64
}

// add adds an event of a day, if it is known.
func (h history) add(on sp.Date, name store.EventType, data []byte) {
	*h.n++
	h.w.events = append(h.w.events, store.RecordedEvent{Key: h.key, Version: *h.n, Type: name, Stamp: noon(on), Data: data})
}

// often adds an event of a day, if that is known, which is made once of what it is made of.
func (h history) often(on sp.Date, name store.EventType, one, second string, of func() store.Event) {
	if on == 0 {
		return
	}
	what := alike{name, one, second}
	data := h.w.encoded[what]
	if data == nil {
		data = encode(of())
		if len(h.w.encoded) < mostAlike {
			h.w.encoded[alike{name, strings.Clone(one), strings.Clone(second)}] = data
		}
	}
	h.add(on, name, data)
}

// row writes what a row tells of a case.
func (w *writer) row(id string, k *known, days *[slots]sp.Date) {
	whose := cmp.Or(w.text[personAt], id)
	h := history{w, store.Key{Kind: referral.Kind, ID: id}, &k.referral}
	if k.referral == 0 {
		h.add(days[receivedAt], referral.EventReceived, w.received(whose))
		if group := w.text[groupAt]; group != "" {
			h.often(days[receivedAt], Grouped{}.EventType(), group, "", func() store.Event { return Grouped{group} })
		}
	}
	why, worker, found, unmet := w.text[reasonAt], w.text[workerAt], joined(w.lists[needsAt]), joined(w.lists[unmetAt])
	h.often(days[acceptedAt], referral.EventAccepted, worker, "", func() store.Event { return referral.Accepted{Worker: referral.WorkerID(worker)} })
	h.often(days[declinedAt], referral.EventDeclined, why, "", func() store.Event { return referral.Declined{Reason: reasonOf(why)} })
	h.often(days[contactedAt], referral.EventContacted, "", "", func() store.Event { return referral.Contacted{} })
	h.often(days[assessedAt], referral.EventAssessed, found, "", func() store.Event { return referral.Assessed{Needs: codesOf(found)} })
	w.place(id, whose, k, days)
	outcome := cmp.Or(w.text[outcomeAt], string(needs.UnknownOutcome)) // where none is stated nobody knows
	if days[stoppedAt] != 0 || days[declinedAt] != 0 {
		why = "" // it is that of the stop, or of the no
	}
	h.often(days[endedAt], referral.EventClosed, outcome+" "+why, unmet, func() store.Event {
		return referral.Closed{Result: needs.Result{Outcome: needs.Outcome(outcome), Unmet: codesOf(unmet)}, Reason: reasonOf(why)}
	})
	h.often(days[feedbackAt], referral.EventFeedbackSent, "", "", func() store.Event { return referral.FeedbackSent{Document: "sheet"} })
	w.measures(id, whose, k, days)
}

// place writes what a row tells of a service.
func (w *writer) place(id, whose string, k *known, days *[slots]sp.Date) {
	first := sp.Date(0)
	for _, at := range [...]slot{offeredAt, begunAt, stoppedAt, finishedAt} {
		if d := days[at]; d != 0 && (first == 0 || d < first) {
			first = d
		}
	}
	if first == 0 {
		return
	}
	k.services++
	of := "PL-" + id
	if k.services > 1 {
		of += "-" + strconv.Itoa(k.services)
	}
	n := int64(0)
	h := history{w, store.Key{Kind: placement.Kind, ID: of}, &n}
	h.add(first, placement.EventProposed, w.proposed(id, whose))
	why, result := w.text[reasonAt], cmp.Or(w.text[resultAt], string(needs.UnknownOutcome))
	h.often(days[offeredAt], placement.EventOffered, "", "", func() store.Event { return placement.Offered{} })
	h.often(days[begunAt], placement.EventStarted, "", "", func() store.Event { return placement.Started{} })
	h.often(days[stoppedAt], placement.EventStopped, why, "", func() store.Event { return placement.Stopped{Reason: reasonOf(why)} })
	h.often(days[finishedAt], placement.EventCompleted, result, "", func() store.Event {
		return placement.Completed{Result: needs.Result{Outcome: needs.Outcome(result)}}
	})
}

// measures writes the scores of a row, as an assessment.
func (w *writer) measures(id, whose string, k *known, days *[slots]sp.Date) {
	if len(w.scores) == 0 {
		return
	}
	before := cmp.Or(days[beforeDayAt], days[assessedAt], days[contactedAt], days[receivedAt])
	after := cmp.Or(days[afterDayAt], days[endedAt], days[finishedAt], days[stoppedAt])
	h := history{w, store.Key{Kind: needs.AssessmentKind, ID: "A-" + id}, &k.measures}
	if k.measures == 0 {
		h.add(before, needs.EventOpened, encode(needs.Opened{Person: person.ID(whose)}))
	}
	for _, later := range []bool{false, true} {
		e, day := needs.Measured{}, before
		if later {
			day = after
		}
		for _, sc := range w.scores {
			if sc.after == later {
				instrument, scale, _ := strings.Cut(sc.scale, "/")
				e.Result.Scores = append(e.Result.Scores, measure.Score{Instrument: instrument, Scale: scale, Value: float64(sc.n) / 100})
			}
		}
		if len(e.Result.Scores) > 0 && day != 0 {
			h.add(day, needs.EventMeasured, encode(e))
		}
	}
}

// received is the event that opens a case, and proposed that of a service. Each case has its own,
// so they are written without reflection.
func (w *writer) received(whose string) []byte {
	return w.append(func(b []byte) []byte {
		b = appendMember(append(b, `{"v":1`...), "person", whose)
		b = appendMember(b, "urgency", w.text[urgencyAt])
		b = appendList(b, "reasons", w.lists[needsAt])
		for _, m := range [...]struct {
			name string
			at   slot
		}{{"source", routeAt}, {"from", practiceAt}, {"ageBand", ageBandAt}, {"medium", mediumAt}} {
			if w.text[m.at] != "" {
				b = appendMember(b, m.name, w.text[m.at])
			}
		}
		return append(b, '}')
	})
}

func (w *writer) proposed(id, whose string) []byte {
	return w.append(func(b []byte) []byte {
		b = appendMember(append(b, `{"v":1`...), "referral", id)
		b = appendMember(b, "person", whose)
		b = appendMember(b, "service", "")
		b = appendMember(b, "provider", w.text[providerAt])
		b = appendList(b, "needs", w.lists[needsAt])
		return append(appendMember(b, "step", string(session.Group)), '}')
	})
}

// append writes into the room, which is never written again.
func (w *writer) append(f func(b []byte) []byte) []byte {
	const size, most = 64 << 10, 4 << 10
	if cap(w.room)-len(w.room) < most {
		w.room = make([]byte, 0, size)
	}
	from := len(w.room)
	w.room = f(w.room)
	return w.room[from:len(w.room):len(w.room)]
}

func appendMember(b []byte, name, value string) []byte {
	return appendText(append(append(append(b, `,"`...), name...), `":`...), value)
}

func appendList(b []byte, name string, texts []string) []byte {
	b = append(append(append(b, `,"`...), name...), `":[`...)
	for i, t := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, t)
	}
	return append(b, ']')
}

// appendText writes an identifier or a code, which is of printable characters of ASCII.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// encode returns the stored form of an event.
func encode(e store.Event) []byte {
	data, err := store.Encode(e)
	if err != nil {
		panic(err) // every event of this package can be written
	}
	return data
}

// mostAlike is how many encoded events are kept.
const mostAlike = 10_000

// reasonOf returns a reason of the list, or one of somebody's own, of which nobody says whose it is.
func reasonOf(code string) reason.Reason {
	if code == "" {
		return reason.Reason{}
	}
	if slices.ContainsFunc(reason.List(), func(l reason.Listed) bool { return l.Code == code }) {
		return reason.Because(code)
	}
	return reason.Reason{Code: code, Effect: reason.NoEffect}
}

// joined returns codes as one text, which codesOf takes apart.
func joined(texts []string) string {
	if len(texts) == 1 {
		return texts[0]
	}
	return strings.Join(texts, " ")
}

func codesOf(joined string) []needs.Code {
	all := []needs.Code{}
	for t := range strings.FieldsSeq(joined) {
		all = append(all, needs.Code(t))
	}
	return all
}

// noon returns the stamp of what happened on a day.
func noon(on sp.Date) sp.Stamp {
	const epoch, day = 719162, 86400 // 1970-01-01 as a Date counts
	at := time.Unix((int64(on)-epoch)*day+day/2, 0).UTC()
	return sp.Stamp{At: at, Recorded: at}
}
