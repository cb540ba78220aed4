package work

import (
	"context"
	"log/slog"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/health"
	"github.com/socialprescribing/sp/transition"
)

// Work is what one desk does beside requests.
type Work struct {
	Desk   *app.Desk
	Outbox string // the folder that messages are written to
	// Directory returns what there is, or the zero Directory if that is still the one that was
	// read at a time.
	Directory func(ctx context.Context, read time.Time) (app.Directory, error)
	// Link returns the address at which a provider without an account answers for one
	// placement until a time.
	Link func(of placement.ID, provider directory.ID, until time.Time) (string, error)
	Log  *slog.Logger

	beside health.Jobs
	facts  observed.Facts
	read   store.Position // of the log, as far as facts have it
	dir    app.Directory
	as     sp.Date // the day of what is searched; zero where it is to be put in order anew
}

// Pass does everything that is due. What fails does not keep the rest from being done.
func (w *Work) Pass(ctx context.Context) error {
	return w.beside.Pass(ctx, w.Desk.Now(), []health.Job{
		{Name: "lapse", Do: w.lapse}, {Name: "let go", Do: w.letGo}, {Name: "messages", Do: w.messages}, {Name: "answers", Do: w.expire}, {Name: "directory", Do: w.refresh},
	}...)
}

// Run passes at each tick until ctx is done. It ends between two jobs or with the one that
// is being done, which the next start takes up again.
func (w *Work) Run(ctx context.Context, tick <-chan time.Time) {
	for {
		if err := w.Pass(ctx); err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "work beside requests", "tenant", string(w.Desk.Tenant), "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

// timer is who does what is due when its time has come.
func (w *Work) timer() sp.Stamp { return sp.BySystem("timer", w.Desk.Now()) }

// lapse ends the offers that nobody answered in time, and lets their places go.
func (w *Work) lapse(ctx context.Context) error {
	_, err := held.Lapse(ctx, w.Desk.Store(), transition.TableOnly{}, w.timer())
	return err
}

// letGo lets go of the places whose hold has ended.
func (w *Work) letGo(ctx context.Context) error {
	_, err := place.NewRepository(w.Desk.Store()).LetGo(ctx, w.timer())
	return err
}

// expire forgets what clients were answered, a day later.
func (w *Work) expire(ctx context.Context) error {
	return rest.Answers{DB: w.Desk.Store()}.Expire(ctx, w.Desk.Now())
}

// refresh reads the directory, and on in the log. Where either has something new, or a day
// has passed by which services are known to be slower, a new snapshot takes the place of
// the one that is searched.
func (w *Work) refresh(ctx context.Context) error {
	for e, err := range w.Desk.Store().Log(ctx, "", w.read) {
		if err == nil {
			err = w.facts.Add(e)
		}
		if err != nil {
			return err
		}
		if w.read = e.Position; e.Key.Kind == placement.Kind || e.Key.Kind == session.Kind {
			w.as = 0
		}
	}
	dir, err := w.Directory(ctx, w.dir.Read)
	if err != nil {
		return err
	}
	if len(dir.Offers) > 0 {
		w.dir, w.as = dir, 0
	}
	today := sp.DateOf(w.Desk.Now())
	if w.as == today || len(w.dir.Offers) == 0 {
		return nil
	}
	w.dir.Observed = w.facts.At(w.Desk.Now())
	if err := w.Desk.Shelve(w.dir); err != nil {
		return err
	}
	w.as = today
	return nil
}
