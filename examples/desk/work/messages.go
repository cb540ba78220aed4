package work

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/transition"
)

// messages composes what the log gives cause for: the question to a provider, and the
// message back to whoever referred.
func (w *Work) messages(ctx context.Context) error {
	_, err := store.Consume(ctx, w.Desk.Store(), Consumer, func(ctx context.Context, e store.RecordedEvent) error {
		switch e.Type {
		case placement.EventOffered:
			return w.question(ctx, e)
		case referral.EventClosed, referral.EventDeclined:
			return w.back(ctx, e)
		}
		return nil
	})
	return err
}

// Consumer is the name under which the log is read for messages.
const Consumer = "messages"

// question asks a provider whether there is a place. What it is told stands behind the
// link, where it can be taken back: the message says nothing of the person.
func (w *Work) question(ctx context.Context, e store.RecordedEvent) error {
	p, err := placement.NewRepository(w.Desk.Store(), transition.TableOnly{}).Load(ctx, placement.ID(e.Key.ID))
	if errors.Is(err, sp.ErrNotFound) {
		return nil // the person was erased since
	}
	if err != nil || p.State() != placement.StateOffered {
		return err // or nil, where nothing is to be asked any more
	}
	until := p.Sent().ReplyBy
	link, err := w.Link(p.ID(), p.Provider(), until)
	if err != nil {
		return err
	}
	return w.write(e, string(p.Provider()), fmt.Sprintf("Is there a place in %s?\n\nPlease answer by %s:\n%s\n",
		w.Desk.Service(p.Service()), until.Format("Monday 2 January"), link))
}

// back tells whoever referred what became of it, and notes that it was told.
func (w *Work) back(ctx context.Context, e store.RecordedEvent) error {
	id := referral.ID(e.Key.ID)
	m, err := w.Desk.MessageBack(ctx, id, e.Stamp.At)
	if errors.Is(err, sp.ErrNotFound) {
		return nil // erased since
	}
	if err != nil {
		return err
	}
	if err := w.write(e, m.To.ID, m.String()); err != nil {
		return err
	}
	return w.Desk.SentBack(ctx, m, referral.DocumentID(name(e)))
}

// name names the message of an event: one for each version of one record.
func name(e store.RecordedEvent) string {
	return fmt.Sprintf("%s-%s-%d", e.Key.Kind, e.Key.ID, e.Version)
}

// write puts a message into the outbox, unless it is there.
func (w *Work) write(e store.RecordedEvent, to, text string) error {
	path := filepath.Join(w.Outbox, string(w.Desk.Tenant), name(e)+".txt")
	var b strings.Builder
	fmt.Fprintf(&b, "To: %s\n\n%s", to, text)
	err := seal.WriteOnce(path, []byte(b.String()))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
