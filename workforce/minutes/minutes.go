package minutes

import (
	"cmp"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// RecordKind is the kind of record under which days are stored.
const RecordKind = "diary"

// A Kind is what time went to. This list is this library's own choice.
type Kind string

// The kinds. From Notes to Booking they are administration.
const (
	People      Kind = "people"      // with those whom the work is for, and on the way with them
	Services    Kind = "services"    // with those who offer something
	Forum       Kind = "forum"       // meetings with partners
	Supervision Kind = "supervision" // supervised, or supervising
	Training    Kind = "training"
	Travel      Kind = "travel" // alone
	Other       Kind = "other"

	Notes   Kind = "notes"   // writing down what was said and done
	Coding  Kind = "coding"  // entering the same again: codes, a second system
	Letters Kind = "letters" // to referrers, services and people
	Returns Kind = "returns" // what funders and commissioners want counted
	Booking Kind = "booking" // diaries, rooms, reminders
)

var kinds = []Kind{People, Services, Forum, Supervision, Training, Travel, Other, Notes, Coding, Letters, Returns, Booking}

// Admin reports whether a kind is administration.
func (k Kind) Admin() bool {
	return slices.Contains([]Kind{Notes, Coding, Letters, Returns, Booking}, k)
}

// Spent is minutes by what they went to.
type Spent map[Kind]int

// Total returns all minutes, and how many of them were administration.
func (s Spent) Total() (all, admin int) {
	for k, n := range s {
		all += n
		if k.Admin() {
			admin += n
		}
	}
	return all, admin
}

// A Day is what one worker did on one day: all the minutes that they worked.
type Day struct {
	Worker workforce.WorkerID `json:"worker"`
	On     sp.Date            `json:"on"`
	Spent  Spent              `json:"spent"`
}

// ID returns the ID of the record, one for each worker and day.
func (d Day) ID() string { return string(d.Worker) + "/" + d.On.String() }

// EventType returns the stored name.
func (Day) EventType() store.EventType { return "diary.noted" }

var days = &record.Kind[Day]{
	Name: RecordKind, By: []sp.Role{sp.RoleTeamLead}, Own: []sp.Role{sp.RoleLinkWorker},
	Index: func(d Day) record.Index { return record.Index{ID: d.ID(), Worker: d.Worker, On: d.On} },
	Check: func(d Day, e *sp.InvalidError) {
		e.CheckID(string(d.Worker), "worker")
		e.Check(!d.On.IsZero(), "on", sp.Missing, "must be known")
		for k, n := range d.Spent {
			e.Check(slices.Contains(kinds, k), "spent", sp.NotListed, "must be of a kind that this package names")
			e.Check(n > 0 && n <= 24*60, "spent", sp.OutOfRange, "must be from 1 to 1440 minutes of each kind")
		}
		all, _ := d.Spent.Total()
		e.Check(all > 0, "spent", sp.Missing, "must not be empty")
		e.Check(all <= 24*60, "spent", sp.OutOfRange, "must not be more than a day has")
	},
}

// Note returns the record of a day that is not stored yet. Link workers write their own.
func Note(d Day, s sp.Stamp) (*record.Record[Day], error) { return days.Write(d, s) }

// Diaries returns the days that db keeps, found by worker and by day.
func Diaries(db store.Driver) *record.Repository[Day] { return days.In(db) }

var events = store.EventTypesOf[store.Event](Day{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}

// A Total is how much time went to one kind.
type Total struct {
	Kind    Kind `json:"kind"`
	Minutes int  `json:"minutes"`
}

// ByKind returns where the time of a period went, the most first.
func ByKind(diaries []Day, during sp.Period) []Total {
	sum := Spent{}
	for _, d := range diaries {
		if during.Contains(d.On) {
			for k, n := range d.Spent {
				sum[k] += n
			}
		}
	}
	var all []Total
	for k, n := range maps.All(sum) {
		all = append(all, Total{k, n})
	}
	slices.SortFunc(all, func(a, b Total) int { return cmp.Or(cmp.Compare(b.Minutes, a.Minutes), cmp.Compare(a.Kind, b.Kind)) })
	return all
}

// A Gap is a day that somebody worked, and kept no diary of.
type Gap struct {
	Worker workforce.WorkerID `json:"worker"`
	On     sp.Date            `json:"on"`
}

// Missing returns the days of a period on which link workers were to work, and kept no diary,
// in their order. Workers whose hours are unknown are expected on every working day of the
// calendar. A period without both ends is refused.
func Missing(team []workforce.Worker, diaries []Day, during sp.Period, c sp.Calendar) ([]Gap, error) {
	if _, err := workforce.DaysOf(during); err != nil {
		return nil, err
	}
	kept := map[Gap]bool{}
	for _, d := range diaries {
		kept[Gap{d.Worker, d.On}] = true
	}
	var all []Gap
	for d := during.Start; d < during.End; d = d.Add(1) {
		for _, w := range workforce.LinkWorkers(team, d) {
			if !kept[Gap{w.ID, d}] && works(w, d, c) {
				all = append(all, Gap{w.ID, d})
			}
		}
	}
	slices.SortFunc(all, func(a, b Gap) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Worker, b.Worker)) })
	return all, nil
}

// works reports whether somebody was to work on a day: no holiday, and one of theirs. Who
// works at weekends does so on bank holidays that fall there.
func works(w workforce.Worker, on sp.Date, c sp.Calendar) bool {
	n, known := w.MinutesOn(on)
	weekend := on.Weekday() == 0 || on.Weekday() == 6
	switch {
	case !w.There(on):
		return false
	case !known:
		return c.Workday(on)
	}
	return n > 0 && (weekend || c.Workday(on))
}

// AdminShare returns indicator 52: minutes of administration of all minutes worked, over the
// diaries of a period. Its interval takes workers as clusters ([stat.Clustered]), since the
// minutes of one are more alike than those of two; of fewer than two workers it is
// [stat.Undefined].
func AdminShare(diaries []Day, during sp.Period) (workforce.Figure, error) {
	by := map[workforce.WorkerID]*stat.Cluster{}
	for _, d := range diaries {
		if !during.Contains(d.On) {
			continue
		}
		c := by[d.Worker]
		if c == nil {
			c = &stat.Cluster{}
			by[d.Worker] = c
		}
		all, admin := d.Spent.Total()
		c.Cases += float64(admin)
		c.Of += float64(all)
	}
	var clusters []stat.Cluster
	for _, worker := range slices.Sorted(maps.Keys(by)) {
		clusters = append(clusters, *by[worker])
	}
	share, err := stat.Clustered(clusters, workforce.Level)
	if err != nil {
		return workforce.Figure{}, err
	}
	e := share.Estimate
	e.Of = "minutes worked"
	return workforce.Figure{Number: 52, Name: "time that goes to administration", Estimate: e}, nil
}
