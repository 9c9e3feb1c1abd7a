package workers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"sync"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// largest is the number of bytes of the largest message.
const largest = 1 << 30

// exchange is a worker to the runner, and a runner to its processes.
type exchange struct {
	fnpb.UnimplementedBeamFnControlServer
	fnpb.UnimplementedBeamFnDataServer
	fnpb.UnimplementedBeamFnStateServer
	fnpb.UnimplementedBeamFnLoggingServer

	id     string // of the worker, as the runner calls it
	ctx    context.Context
	cancel context.CancelFunc
	conn   *grpc.ClientConn // to the runner
	server *grpc.Server
	listen net.Listener

	control   fnpb.BeamFnControl_ControlClient
	data      fnpb.BeamFnData_DataClient
	controlMu sync.Mutex // for sending
	dataMu    sync.Mutex

	children []*child
	mu       sync.Mutex
	bundles  map[string]*child // by instruction
	asked    map[string]*child // other instructions
}

// child is a process.
type child struct {
	id    string
	cmd   *exec.Cmd
	stdin io.Closer

	control chan *fnpb.InstructionRequest
	data    chan *fnpb.Elements
	gone    chan struct{} // closed when the process has ended
	once    sync.Once
	load    int // bundles; under exchange.mu
}

func newChild(id string) *child {
	return &child{id: id, control: make(chan *fnpb.InstructionRequest, 64), data: make(chan *fnpb.Elements, 64), gone: make(chan struct{})}
}

func (c *child) ended() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// open connects to the runner.
func open(id, runner string) (*exchange, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	size := grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largest), grpc.MaxCallSendMsgSize(largest))
	conn, err := grpc.NewClient(runner, grpc.WithTransportCredentials(insecure.NewCredentials()), size)
	if err != nil {
		l.Close()
		return nil, err
	}
	s := &exchange{id: id, conn: conn, listen: l, bundles: map[string]*child{}, asked: map[string]*child{}}
	s.ctx, s.cancel = context.WithCancel(grpcx.WriteWorkerID(context.Background(), id))
	if s.control, err = fnpb.NewBeamFnControlClient(conn).Control(s.ctx); err == nil {
		s.data, err = fnpb.NewBeamFnDataClient(conn).Data(s.ctx)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	s.server = grpc.NewServer(grpc.MaxRecvMsgSize(largest), grpc.MaxSendMsgSize(largest))
	fnpb.RegisterBeamFnControlServer(s.server, s)
	fnpb.RegisterBeamFnDataServer(s.server, s)
	fnpb.RegisterBeamFnStateServer(s.server, s)
	fnpb.RegisterBeamFnLoggingServer(s.server, s)
	go func() { _ = s.server.Serve(l) }() // until close
	return s, nil
}

func (s *exchange) endpoint() string { return s.listen.Addr().String() }

// close ends the processes and the connections.
func (s *exchange) close() {
	s.cancel()
	for _, c := range s.children {
		_ = c.cmd.Process.Kill() // it may have ended
		c.stdin.Close()
	}
	if s.server != nil {
		s.server.Stop()
	}
	s.listen.Close()
	s.conn.Close()
}

// run passes on what the runner sends.
func (s *exchange) run() {
	go func() {
		for {
			in, err := s.data.Recv()
			if err != nil {
				return
			}
			s.deal(in)
		}
	}()
	for {
		in, err := s.control.Recv()
		if err != nil {
			return
		}
		c := s.childFor(in)
		if c != nil && send(c, c.control, in) {
			continue
		}
		if in.GetProcessBundle() == nil { // about a bundle that has just been answered: it cannot be divided
			s.answer(nothing(in))
			continue
		}
		s.fail(in.GetInstructionId(), "no worker process is left")
	}
}

// nothing is the answer of a worker that has nothing to tell.
func nothing(in *fnpb.InstructionRequest) *fnpb.InstructionResponse {
	out := &fnpb.InstructionResponse{InstructionId: in.GetInstructionId()}
	switch in.GetRequest().(type) {
	case *fnpb.InstructionRequest_ProcessBundleProgress:
		out.Response = &fnpb.InstructionResponse_ProcessBundleProgress{ProcessBundleProgress: &fnpb.ProcessBundleProgressResponse{}}
	case *fnpb.InstructionRequest_ProcessBundleSplit:
		out.Response = &fnpb.InstructionResponse_ProcessBundleSplit{ProcessBundleSplit: &fnpb.ProcessBundleSplitResponse{}}
	}
	return out
}

func send[T any](c *child, to chan T, v T) bool {
	select {
	case <-c.gone:
		return false
	case to <- v:
		return true
	}
}

// childFor returns the process for an instruction: for one about a bundle, that
// of the bundle.
func (s *exchange) childFor(in *fnpb.InstructionRequest) *child {
	id := in.GetInstructionId()
	s.mu.Lock()
	defer s.mu.Unlock()
	var about string
	switch r := in.GetRequest().(type) {
	case *fnpb.InstructionRequest_ProcessBundle:
		return s.bundle(id)
	case *fnpb.InstructionRequest_ProcessBundleProgress:
		about = r.ProcessBundleProgress.GetInstructionId()
	case *fnpb.InstructionRequest_ProcessBundleSplit:
		about = r.ProcessBundleSplit.GetInstructionId()
	case *fnpb.InstructionRequest_FinalizeBundle:
		about = r.FinalizeBundle.GetInstructionId()
	default:
		c := s.least()
		s.asked[id] = c
		return c
	}
	c := s.bundles[about]
	s.asked[id] = c
	return c
}

// bundle returns the process of a bundle, and chooses one for a new bundle. The
// bundle's data may come before the instruction. s.mu is held.
func (s *exchange) bundle(id string) *child {
	c := s.bundles[id]
	if c == nil {
		if c = s.least(); c != nil {
			s.bundles[id] = c
			c.load++
		}
	}
	return c
}

// least returns the process with the fewest bundles, nil if none is left.
func (s *exchange) least() *child {
	var best *child
	for _, c := range s.children {
		if !c.ended() && (best == nil || c.load < best.load) {
			best = c
		}
	}
	return best
}

// deal gives data to the processes of its bundles.
func (s *exchange) deal(in *fnpb.Elements) {
	by := map[*child]*fnpb.Elements{}
	part := func(id string) *fnpb.Elements {
		s.mu.Lock()
		c := s.bundle(id)
		s.mu.Unlock()
		if by[c] == nil {
			by[c] = &fnpb.Elements{}
		}
		return by[c]
	}
	for _, d := range in.GetData() {
		p := part(d.GetInstructionId())
		p.Data = append(p.Data, d)
	}
	for _, t := range in.GetTimers() {
		p := part(t.GetInstructionId())
		p.Timers = append(p.Timers, t)
	}
	for c, p := range by {
		if c != nil {
			send(c, c.data, p) // of a process that ended, the bundles have failed
		}
	}
}

// fail answers an instruction with an error.
func (s *exchange) fail(id, reason string) {
	s.answer(&fnpb.InstructionResponse{InstructionId: id, Error: reason})
}

func (s *exchange) answer(r *fnpb.InstructionResponse) {
	// Each process has short names of its own for what it measures, which the
	// runner would take for the same.
	if b := r.GetProcessBundle(); b != nil {
		b.MonitoringData = nil
	}
	if b := r.GetProcessBundleProgress(); b != nil {
		b.MonitoringData = nil
	}
	s.mu.Lock()
	if c := s.bundles[r.GetInstructionId()]; c != nil {
		c.load--
		delete(s.bundles, r.GetInstructionId())
	}
	delete(s.asked, r.GetInstructionId())
	s.mu.Unlock()
	s.controlMu.Lock()
	defer s.controlMu.Unlock()
	_ = s.control.Send(r) // if the runner is gone, run ends
}

// ended fails the instructions of a process that has ended.
func (s *exchange) ended(c *child) {
	c.once.Do(func() { close(c.gone) })
	s.mu.Lock()
	var open []string
	for _, of := range []map[string]*child{s.bundles, s.asked} {
		for id, owner := range of {
			if owner == c {
				open = append(open, id)
			}
		}
	}
	s.mu.Unlock()
	for _, id := range open {
		s.fail(id, fmt.Sprintf("worker process %s has ended", c.id))
	}
}

var errUnknown = errors.New("workers: an unknown process")

// from returns the process that calls.
func (s *exchange) from(ctx context.Context) (*child, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	for _, id := range md.Get("worker_id") {
		for _, c := range s.children {
			if c.id == id {
				return c, nil
			}
		}
	}
	return nil, errUnknown
}
