using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>A lane that asks callers whose answers can be lost.</summary>
public sealed class LaneCallersTests
{
    private readonly FairShare _share = new(new FairShareOptions());
    private readonly CallerOfBook _calls = new();
    private readonly LaneCallers _callers;
    private double _now = 1_000;

    public LaneCallersTests() =>
        _callers = new LaneCallers(_share, _calls, () => _callers!.AskHungry(), () => _now, NullLogger.Instance);

    [Fact]
    public void Jobs_that_a_caller_handed_over_in_an_answer_that_was_lost_are_handed_over_again()
    {
        _calls.Has(1, 2, 3);
        _calls.AnswersToLose = 2;
        _share.Expect(CallerOfBook.Key);
        _callers.AskHungry();
        Assert.Equal((0L, false), (_share.Ready, _calls.Book.HasMore));

        Pass(seconds: 1);
        Assert.Equal((0L, false), (_share.Ready, _calls.Book.HasMore));

        Pass(seconds: 1);
        Assert.Equal(3, _share.Ready);
    }

    [Fact]
    public void What_an_answer_that_arrived_has_handed_over_is_not_handed_over_again()
    {
        _calls.Has(1, 2, 3);
        _callers.Begin([_calls.Book.Row]);
        Assert.Equal(3, _share.Ready);
        _calls.Has(4);
        _share.Expect(CallerOfBook.Key);
        _callers.AskHungry();
        Assert.Equal([1L, 2L, 3L, 4L], _calls.Book.Handed.Order());
        Assert.Equal([true, false], _calls.Afresh);
    }

    [Fact]
    public void A_lane_that_begins_asks_until_the_silo_that_it_may_have_come_from_has_ended()
    {
        _callers.Begin([]);
        Pass(seconds: 40);
        _calls.Has(1);
        Pass(seconds: 3);
        Assert.Equal(1, _share.Ready);
        Pass(seconds: 100);
        int lists = _calls.Lists;
        Pass(seconds: 100);
        Assert.Equal(lists, _calls.Lists);
    }

    [Fact]
    public void When_workers_have_left_all_are_asked_until_their_silo_has_ended()
    {
        _callers.Begin([]);
        Pass(seconds: 100);
        Pass(seconds: 100);
        _callers.WorkersLeft();
        _calls.Has(1);
        Pass(seconds: 1);
        Assert.Equal(1, _share.Ready);
        _calls.Has(2);
        Pass(seconds: 40);
        Assert.Equal(2, _share.Ready);
        Pass(seconds: 10);
        int lists = _calls.Lists;
        Pass(seconds: 100);
        Assert.Equal(lists, _calls.Lists);
    }

    [Fact]
    public void Where_the_store_cannot_tell_who_has_open_jobs_it_is_asked_again()
    {
        _callers.Begin([]);
        Pass(seconds: 100);
        Pass(seconds: 100);
        _calls.Has(1);
        _calls.ListsToFail = 2;
        _callers.WorkersLeft();
        Pass(seconds: 1);
        Pass(seconds: 1);
        Assert.Equal(0, _share.Ready);
        Pass(seconds: 1);
        Assert.Equal(1, _share.Ready);
    }

    [Fact]
    public void A_lane_that_begins_asks_everybody_and_not_all_at_once()
    {
        // What follows an answer is done when it is given.
        SynchronizationContext.SetSynchronizationContext(null);
        const int many = 10_000;
        var calls = new HeldCalls();
        LaneCallers callers = null!;
        callers = new LaneCallers(_share, calls, () => callers.AskHungry(), () => _now, NullLogger.Instance);
        callers.Begin(Enumerable.Range(1, many).Select(id => new CallerRow(id, new CallerKey("", $"{id}"))));
        Assert.InRange(calls.Asked.Count, 1, many / 2);
        for (int i = 0; i < calls.Asked.Count; i++)
        {
            calls.Answer(i);
        }

        Assert.Equal(many, calls.Asked.Select(asked => asked.Caller).Distinct().Count());
    }

    [Fact]
    public void While_callers_are_listed_or_as_many_are_asked_as_may_be_they_are_not_listed_again()
    {
        // What follows an answer is done when it is given.
        SynchronizationContext.SetSynchronizationContext(null);
        var calls = new HeldCalls();
        LaneCallers callers = null!;
        callers = new LaneCallers(_share, calls, () => callers.AskHungry(), () => _now, NullLogger.Instance);
        callers.Begin([]);
        Pass(3);
        Pass(3);
        Assert.Equal(1, calls.Lists);
        calls.AnswerList(Enumerable.Range(1, 5_000).Select(id => new CallerRow(id, new CallerKey("", $"{id}"))));
        Pass(3);
        Assert.Equal(1, calls.Lists);
        for (int i = 0; i < calls.Asked.Count; i++)
        {
            calls.Answer(i);
        }

        Pass(60);
        Assert.Equal(2, calls.Lists);
        calls.AnswerList([]);
        Pass(60);
        Assert.Equal(2, calls.Lists);

        void Pass(double seconds)
        {
            _now += seconds;
            callers.Tick();
        }
    }

    private void Pass(double seconds)
    {
        _now += seconds;
        _callers.Tick();
        _callers.AskHungry();
    }

    /// <summary>Callers that answer when they are told to.</summary>
    private sealed class HeldCalls : ICallerCalls
    {
        private TaskCompletionSource<List<CallerRow>> _list = new();

        public List<(CallerKey Caller, TaskCompletionSource<CallerOffer> Answer)> Asked { get; } = [];

        public int Lists { get; private set; }

        public void AnswerList(IEnumerable<CallerRow> callers)
        {
            TaskCompletionSource<List<CallerRow>> list = _list;
            _list = new TaskCompletionSource<List<CallerRow>>();
            list.SetResult([.. callers]);
        }

        public void Answer(int call) => Asked[call].Answer.SetResult(new CallerOffer
        {
            Caller = Asked[call].Caller, Weight = 1, RunningMax = 1, Jobs = [], More = false,
        });

        public Task<CallerOffer> Take(CallerKey caller, bool afresh)
        {
            Asked.Add((caller, new TaskCompletionSource<CallerOffer>()));
            return Asked[^1].Answer.Task;
        }

        public Task<List<CallerRow>> WithOpenJobs(long after, int limit)
        {
            Lists++;
            return _list.Task;
        }

        public Task Review(CallerKey caller) => throw new NotSupportedException();
    }
}
