// Package work is what the desk does beside requests: it composes messages into an outbox
// folder, lapses offers that nobody answered, lets go of places whose hold has ended, and
// puts the directory in order by how services have answered.
//
//	w := &work.Work{Desk: desk, Outbox: folder, Directory: read, Link: link}
//	go w.Run(ctx, time.Tick(5*time.Second))
//	for _, f := range w.Check(ctx) { ... } // what is wrong, in words, and what to do
//
// It can be killed at any moment and started again, and then neither loses nor doubles
// anything. Each job has its own reason:
//
//   - Messages read the log by [store.Consume], which hands an event over at least once. A
//     message is a file named after its event, made whole or not at all and never replaced:
//     the second time it is there already. Noting that it was sent is a command under the
//     same name as key, which happens once.
//   - Lapsing and letting go are commands that the state of a record permits once.
//   - What was observed is memory alone: it is read from the log anew after a restart.
//
// Nothing here is a scheduler: [Work.Pass] does everything that is due, as often as it is
// called. Two processes may call it at once; of two that read the log under one name, one
// fails and goes on from there at its next pass.
package work
