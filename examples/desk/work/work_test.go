package work_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/examples/desk/work"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/store/storetest"
)

// A scene is a desk on which something has been offered to June.
type scene struct {
	db     store.Driver
	desk   *app.Desk
	folder string
	offer  directory.Offer
	asked  placement.ID
	at     time.Time
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{folder: t.TempDir(), at: time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC)}
	s.db = memstore.New()
	d := s.open(t, s.db)
	require.NoError(t, seed.World(t.Context(), d))
	s.desk = d
	sent, _, err := d.Sent(t.Context(), seed.DrKhan, 100, store.Cursor{})
	require.NoError(t, err)
	for _, x := range sent {
		if x.State != referral.StateActive {
			continue
		}
		options, err := d.Options(t.Context(), seed.Ann, x.Referral, needs.Loneliness)
		require.NoError(t, err)
		s.offer = options.Fits[0].Offer
		s.asked, err = d.Offer(t.Context(), app.Acting{By: seed.Ann, Key: "k"}, x.Referral, app.Offer{Offer: s.offer.ID, Need: needs.Loneliness})
		require.NoError(t, err)
	}
	return s
}

// open returns the desk of a process over the database.
func (s *scene) open(t *testing.T, db store.Driver) *app.Desk {
	t.Helper()
	d, err := app.New(db, app.Setup{
		Tenant: "sandholme", Scheme: seed.Scheme("sandholme"), Keys: seal.Folder(filepath.Join(s.folder, "keys")),
		Index: person.HashKey{Name: "1", Secret: make([]byte, 32)}, Now: func() time.Time { return s.at },
	})
	require.NoError(t, err)
	return d
}

// work returns the work of a process that has just been started.
func (s *scene) work() *work.Work {
	return &work.Work{
		Desk: s.desk, Outbox: filepath.Join(s.folder, "outbox"), Log: slog.New(slog.DiscardHandler),
		Directory: seed.Reader(s.desk),
		Link: func(of placement.ID, _ directory.ID, _ time.Time) (string, error) {
			return "https://desk.example/link/" + string(of), nil
		},
	}
}

func (s *scene) outbox(t *testing.T) (names []string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(s.folder, "outbox", "sandholme"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

func (s *scene) provider() sp.Actor {
	return sp.Actor{ID: "sam", Role: sp.RoleProvider, For: string(s.offer.Organisation)}
}

func TestWorkForgetsADayLaterWhatClientsWereAnswered(t *testing.T) {
	s := newScene(t)
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	_, err := rest.Answers{DB: s.desk.Store()}.Once(t.Context(), sp.By(seed.Ann, s.at).Under("k"), r, nil, func() (rest.Answer, store.Terms, error) {
		return rest.NewAnswer(http.StatusOK, []byte(`{}`)), nil, nil
	})
	require.NoError(t, err)
	for _, want := range []int{1, 0} {
		require.NoError(t, s.work().Pass(t.Context()))
		kept, err := store.Count(t.Context(), s.desk.Store(), store.Query{Kind: rest.KindAnswer})
		require.NoError(t, err)
		require.Equal(t, want, kept)
		s.at = s.at.AddDate(0, 0, 1).Add(time.Minute)
	}
}

func TestWorkAsksOnceAndLapsesWhatNobodyAnswers(t *testing.T) {
	s := newScene(t)
	w := s.work()
	require.NoError(t, w.Pass(t.Context()))
	require.Len(t, s.outbox(t), 1)
	require.Empty(t, w.Check(t.Context()))
	require.NoError(t, w.Ready(t.Context()))
	s.at = s.at.AddDate(0, 0, placement.ReplyDays+1)
	require.NoError(t, s.work().Pass(t.Context()), "after a restart")
	require.Len(t, s.outbox(t), 1, "asked once")
	q, err := s.desk.Question(t.Context(), s.provider(), s.asked)
	require.NoError(t, err)
	require.Equal(t, placement.StateLapsed, q.State)
}

// A process is killed before or after each of its calls of the database, while it asks and
// while it lapses; the next one takes up what it left.
func TestWorkThatIsKilledAnywhereNeitherLosesNorDoubles(t *testing.T) {
	for _, later := range []int{0, placement.ReplyDays + 1} {
		for nth := 1; nth <= 24; nth++ {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d days later at call %d, done %t", later, nth, after), func(t *testing.T) {
					s := newScene(t)
					if later > 0 {
						require.NoError(t, s.work().Pass(t.Context()))
						s.at = s.at.AddDate(0, 0, later)
					}
					ctx, kill := context.WithCancel(t.Context())
					defer kill()
					killed := s.work()
					killed.Desk = s.open(t, storetest.Faulty(s.db, storetest.Fault{Nth: nth, Do: kill, Err: context.Canceled, After: after}))
					_ = killed.Pass(ctx) // what it says, nobody hears
					require.NoError(t, s.work().Pass(t.Context()))
					require.NoError(t, s.work().Pass(t.Context()))
					require.Len(t, s.outbox(t), 1)
					q, err := s.desk.Question(t.Context(), s.provider(), s.asked)
					require.NoError(t, err)
					require.Equal(t, later > 0, q.State == placement.StateLapsed)
					left, err := place.NewRepository(s.desk.Store()).Load(t.Context(), s.offer.ID)
					require.NoError(t, err)
					require.Equal(t, later == 0, left.Holding(string(s.asked)))
				})
			}
		}
	}
}

func TestWorkSaysInWordsWhatIsWrong(t *testing.T) {
	s := newScene(t)
	w := s.work()
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "outbox"), nil, 0o600), "where the folder should be")
	require.Error(t, w.Pass(t.Context()))
	found := w.Check(t.Context())
	require.Len(t, found, 2)
	require.Contains(t, found[0].Wrong, "Work beside requests has failed")
	require.Contains(t, found[1].Do, "Free some space")
	s.at = s.at.AddDate(0, 0, 8)
	require.Error(t, w.Pass(t.Context()))
	require.Contains(t, w.Check(t.Context())[1].Wrong, "The directory is of 2026-11-30", "reading it again makes it no younger")
}

func TestWorkPutsAnotherDirectoryInThePlaceOnlyOfOneThatHasChanged(t *testing.T) {
	s := newScene(t)
	w := s.work()
	asked, fresh := []time.Time{}, app.Directory{}
	w.Directory = func(_ context.Context, read time.Time) (app.Directory, error) {
		asked = append(asked, read)
		defer func() { fresh = app.Directory{} }()
		return fresh, nil
	}
	began, offers := s.desk.DirectoryRead()
	require.NotZero(t, offers)
	dir, err := seed.Directory(t.Context(), s.at.AddDate(0, 0, 3))
	require.NoError(t, err)
	fresh = dir
	require.NoError(t, w.Pass(t.Context()))
	now, _ := s.desk.DirectoryRead()
	require.Equal(t, began.AddDate(0, 0, 3), now)
	require.NoError(t, w.Pass(t.Context()))
	now, offers = s.desk.DirectoryRead()
	require.Equal(t, dir.Read, now)
	require.NotZero(t, offers, "the one that was read before stays")
	require.Equal(t, []time.Time{{}, dir.Read}, asked)
}

// A check of a desk that has just been opened: nothing is known yet to offer.
func Example() {
	folder, err := os.MkdirTemp("", "desk")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	desk, err := app.New(memstore.New(), app.Setup{
		Tenant: "dale", Keys: seal.Folder(folder), Index: person.HashKey{Name: "1", Secret: make([]byte, 32)},
		Now: func() time.Time { return time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := &work.Work{Desk: desk, Outbox: folder}
	for _, f := range w.Check(context.Background()) {
		fmt.Println(f.Wrong)
		fmt.Println(f.Do)
	}
	// Output:
	// No services are known, so nothing can be offered.
	// See whether the file of the directory is where the program looks for it.
}
