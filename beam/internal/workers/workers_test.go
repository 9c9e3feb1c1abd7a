package workers

import (
	"context"
	"flag"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

var (
	_          = flag.Bool("worker", false, "be a worker process")
	id         = flag.String("id", "", "its name")
	_          = flag.String("logging_endpoint", "", "")
	controlled = flag.String("control_endpoint", "", "who tells it what to do")
)

// TestMain runs the tests, or is a worker process that Start started, with a
// harness that does little.
func TestMain(m *testing.M) {
	Started()
	flag.Parse()
	if *controlled != "" {
		os.Exit(harness())
	}
	os.Exit(m.Run())
}

// harness answers bundles: it sends the data of each back, after its own name. A
// bundle of the descriptor "die" ends the process, and one of "stay" is never
// answered.
func harness() int {
	conn, err := grpc.NewClient(*controlled, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return 2
	}
	ctx := grpcx.WriteWorkerID(context.Background(), *id)
	control, err := fnpb.NewBeamFnControlClient(conn).Control(ctx)
	if err != nil {
		return 2
	}
	data, err := fnpb.NewBeamFnDataClient(conn).Data(ctx)
	if err != nil {
		return 2
	}
	for {
		in, err := control.Recv()
		if err != nil {
			return 0
		}
		out := &fnpb.InstructionResponse{InstructionId: in.GetInstructionId()}
		switch b := in.GetProcessBundle(); {
		case in.GetProcessBundleProgress() != nil:
			out.Response = &fnpb.InstructionResponse_ProcessBundleProgress{ProcessBundleProgress: &fnpb.ProcessBundleProgressResponse{ConsumingReceivedData: proto.Bool(true)}}
		case b.GetProcessBundleDescriptorId() == "die":
			return 3
		case b.GetProcessBundleDescriptorId() == "stay":
			continue
		case b != nil:
			e, err := data.Recv()
			if err != nil {
				return 2
			}
			for _, d := range e.GetData() {
				d.Data = append([]byte(*id+":"), d.GetData()...)
			}
			if data.Send(e) != nil {
				return 2
			}
			out.Response = &fnpb.InstructionResponse_ProcessBundle{ProcessBundle: &fnpb.ProcessBundleResponse{MonitoringData: map[string][]byte{"a": {1}}}}
		}
		if control.Send(out) != nil {
			return 0
		}
	}
}

// runner is what Prism is to a worker.
type runner struct {
	fnpb.UnimplementedBeamFnControlServer
	fnpb.UnimplementedBeamFnDataServer

	endpoint string
	tell     chan *fnpb.InstructionRequest
	give     chan *fnpb.Elements
	told     chan *fnpb.InstructionResponse
	given    chan *fnpb.Elements
}

func (r *runner) Control(s fnpb.BeamFnControl_ControlServer) error {
	return pass(s.Context(), r.tell, s.Send, s.Recv, r.told)
}

func (r *runner) Data(s fnpb.BeamFnData_DataServer) error {
	return pass(s.Context(), r.give, s.Send, s.Recv, r.given)
}

// pass sends what comes from a channel, and receives into another.
func pass[A, B any](ctx context.Context, from chan A, send func(A) error, recv func() (B, error), to chan B) error {
	go func() {
		for {
			v, err := recv()
			if err != nil {
				return
			}
			to <- v
		}
	}()
	for {
		select {
		case v := <-from:
			if err := send(v); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

func (r *runner) GetProcessBundleDescriptor(context.Context, *fnpb.GetProcessBundleDescriptorRequest) (*fnpb.ProcessBundleDescriptor, error) {
	here := &pipepb.ApiServiceDescriptor{Url: r.endpoint}
	port, err := proto.Marshal(&fnpb.RemoteGrpcPort{ApiServiceDescriptor: here, CoderId: "bytes"})
	return &fnpb.ProcessBundleDescriptor{
		Id: "d", StateApiServiceDescriptor: here, TimerApiServiceDescriptor: here,
		Transforms: map[string]*pipepb.PTransform{
			"in":   {Spec: &pipepb.FunctionSpec{Urn: "beam:runner:source:v1", Payload: port}},
			"work": {Spec: &pipepb.FunctionSpec{Urn: "beam:transform:pardo:v1", Payload: []byte("as it is")}},
			"out":  {Spec: &pipepb.FunctionSpec{Urn: "beam:runner:sink:v1", Payload: port}},
		},
	}, err
}

// start starts a runner and a pool of n processes, and a worker for the runner.
func start(t *testing.T, n int) (*runner, *Pool) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{
		endpoint: l.Addr().String(), tell: make(chan *fnpb.InstructionRequest), give: make(chan *fnpb.Elements),
		told: make(chan *fnpb.InstructionResponse, 99), given: make(chan *fnpb.Elements, 99),
	}
	s := grpc.NewServer()
	fnpb.RegisterBeamFnControlServer(s, r)
	fnpb.RegisterBeamFnDataServer(s, r)
	go func() { _ = s.Serve(l) }() // until Stop
	t.Cleanup(s.Stop)
	p, err := Start(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	if msg := r.ask(t, p); msg != "" {
		t.Fatal(msg)
	}
	return r, p
}

// ask asks the pool for the worker "w", as a runner does.
func (r *runner) ask(t *testing.T, p *Pool) string {
	t.Helper()
	conn, err := grpc.NewClient(p.Endpoint(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	out, err := fnpb.NewBeamFnExternalWorkerPoolClient(conn).StartWorker(t.Context(), &fnpb.StartWorkerRequest{WorkerId: "w", ControlEndpoint: &pipepb.ApiServiceDescriptor{Url: r.endpoint}})
	if err != nil {
		t.Fatal(err)
	}
	return out.GetError()
}

// next returns what comes, or fails when nothing does.
func next[T any](t *testing.T, from chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(2 * time.Minute):
		t.Fatal("nothing comes")
		panic("unreachable")
	}
}

func bundle(name, descriptor string) *fnpb.InstructionRequest {
	return &fnpb.InstructionRequest{InstructionId: name, Request: &fnpb.InstructionRequest_ProcessBundle{ProcessBundle: &fnpb.ProcessBundleRequest{ProcessBundleDescriptorId: descriptor}}}
}

func progress(name, of string) *fnpb.InstructionRequest {
	return &fnpb.InstructionRequest{InstructionId: name, Request: &fnpb.InstructionRequest_ProcessBundleProgress{ProcessBundleProgress: &fnpb.ProcessBundleProgressRequest{InstructionId: of}}}
}

// Bundles and their data go to the process with the fewest, and what it answers
// comes back.
func TestBundles(t *testing.T) {
	r, p := start(t, 2)
	if len(p.Processes()) != 2 {
		t.Fatalf("%d processes", len(p.Processes()))
	}
	// The data of one message is of two bundles, and comes before the bundles do.
	r.give <- &fnpb.Elements{Data: []*fnpb.Elements_Data{{InstructionId: "b0", Data: []byte("zero")}, {InstructionId: "b1", Data: []byte("one")}}}
	r.tell <- bundle("b0", "d")
	r.tell <- bundle("b1", "d")
	by := map[string]string{} // data -> process
	for range 2 {
		for _, d := range next(t, r.given).GetData() {
			who, what, _ := strings.Cut(string(d.GetData()), ":")
			if want := map[string]string{"b0": "zero", "b1": "one"}[d.GetInstructionId()]; what != want {
				t.Errorf("bundle %s has %q, want %q", d.GetInstructionId(), what, want)
			}
			by[what] = who
		}
		a := next(t, r.told)
		if a.GetError() != "" || a.GetProcessBundle() == nil || len(a.GetProcessBundle().GetMonitoringData()) > 0 {
			t.Errorf("answer %v", a)
		}
	}
	if len(by) != 2 || by["zero"] == by["one"] {
		t.Errorf("one process did both: %v", by)
	}
	if msg := r.ask(t, p); !strings.Contains(msg, "started already") {
		t.Errorf("a second worker of that name: %q", msg)
	}
}

// What is asked about a bundle goes to its process; of one that nobody has, the
// answer is empty.
func TestProgress(t *testing.T) {
	r, _ := start(t, 2)
	r.tell <- bundle("b0", "stay")
	for _, c := range []struct {
		of   string
		want bool
	}{{"b0", true}, {"gone", false}} {
		r.tell <- progress("p of "+c.of, c.of)
		a := next(t, r.told)
		if a.GetInstructionId() != "p of "+c.of || a.GetError() != "" || a.GetProcessBundleProgress().GetConsumingReceivedData() != c.want {
			t.Errorf("progress of %s: %v", c.of, a)
		}
	}
}

// The bundles of a process that ends have failed, and those of the other have not.
func TestProcessEnds(t *testing.T) {
	r, _ := start(t, 2)
	r.tell <- bundle("b0", "stay")
	r.tell <- bundle("b1", "die")
	if a := next(t, r.told); a.GetInstructionId() != "b1" || !strings.Contains(a.GetError(), "has ended") {
		t.Errorf("answer %v", a)
	}
	r.tell <- progress("p", "b0")
	if a := next(t, r.told); a.GetInstructionId() != "p" || !a.GetProcessBundleProgress().GetConsumingReceivedData() {
		t.Errorf("answer %v", a)
	}
	r.tell <- bundle("b2", "die")
	var failed []string
	for range 2 {
		a := next(t, r.told)
		if a.GetError() == "" {
			t.Errorf("answer %v", a)
		}
		failed = append(failed, a.GetInstructionId())
	}
	if slices.Sort(failed); !slices.Equal(failed, []string{"b0", "b2"}) {
		t.Errorf("failed are %v", failed)
	}
	r.tell <- bundle("b3", "d")
	if a := next(t, r.told); !strings.Contains(a.GetError(), "no worker process is left") {
		t.Errorf("answer %v", a)
	}
}

// The processes are told that data and state go through the exchange.
func TestDescriptor(t *testing.T) {
	r, p := start(t, 1)
	p.mu.Lock()
	s := p.switches["w"]
	p.mu.Unlock()
	d, err := s.GetProcessBundleDescriptor(t.Context(), &fnpb.GetProcessBundleDescriptorRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if u := d.GetStateApiServiceDescriptor().GetUrl(); u != s.endpoint() || u == r.endpoint || d.GetTimerApiServiceDescriptor().GetUrl() != u {
		t.Errorf("state at %s, timers at %s, want %s", u, d.GetTimerApiServiceDescriptor().GetUrl(), s.endpoint())
	}
	for name, x := range d.GetTransforms() {
		if name == "work" {
			if string(x.GetSpec().GetPayload()) != "as it is" {
				t.Errorf("a transform that is no port is %q", x.GetSpec().GetPayload())
			}
			continue
		}
		var port fnpb.RemoteGrpcPort
		if err := proto.Unmarshal(x.GetSpec().GetPayload(), &port); err != nil || port.GetApiServiceDescriptor().GetUrl() != s.endpoint() || port.GetCoderId() != "bytes" {
			t.Errorf("%s: %v, %v", name, &port, err)
		}
	}
}

// Close ends all processes, and there are no more workers.
func TestClose(t *testing.T) {
	r, p := start(t, 2)
	p.mu.Lock()
	children := p.switches["w"].children
	p.mu.Unlock()
	p.Close()
	for _, c := range children {
		select {
		case <-c.gone:
		case <-time.After(time.Minute):
			t.Fatalf("process %s goes on", c.id)
		}
	}
	if out, err := p.StartWorker(t.Context(), &fnpb.StartWorkerRequest{WorkerId: "x", ControlEndpoint: &pipepb.ApiServiceDescriptor{Url: r.endpoint}}); err != nil || out.GetError() == "" {
		t.Errorf("another worker: %v, %v", out, err)
	}
}

// A process ends with the one that started it, whose end of the pipe is closed.
func TestStarted(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := exec.Command(self, "-worker", "-id=x", "-control_endpoint="+l.Addr().String())
	c.Env = append(os.Environ(), env+"=1")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	stop := time.AfterFunc(time.Minute, func() { once.Do(func() { _ = c.Process.Kill(); t.Error("it goes on") }) })
	defer stop.Stop()
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // with status 1
	if code := c.ProcessState.ExitCode(); code != 1 {
		t.Errorf("status %d, want 1", code)
	}
}
