using Etcd;
using Microsoft.Extensions.Logging.Abstractions;
using Model.Keys;
using Reconciler.State;
using Testing;

namespace Reconciler.Tests;

public sealed class StateMirrorTests : EtcdTest
{
    private static readonly PodKey Web = new("default", "web");
    private readonly ManualTimeProvider _clock = new();
    private readonly ClusterState _state;
    private readonly StateMirror _mirror;

    public StateMirrorTests(EtcdFixture fixture)
        : base(fixture)
    {
        _state = new ClusterState(Keys);
        _mirror = new StateMirror(Etcd, Keys, _state, _clock, NullLogger.Instance);
    }

    [Fact]
    public async Task It_lists_and_then_follows()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        await _mirror.ListAsync(default);
        _state.Pods.Keys.Should().Equal(Web);
        await FollowedAsync(async () =>
        {
            await PutAsync(Keys.PodSpec(new("default", "other")), Pods.Nginx);
            await Eventually.TrueAsync("the put is seen", () => _state.Pods.Count == 2);
            await Real.DeleteAsync(Keys.PodSpec(Web));
            await Eventually.TrueAsync("the deletion is seen", () => _state.Pods[Web].Spec.Value is null);
            _state.Pods[Web].Spec.Revision.Should().BePositive();
        });
    }

    [Fact]
    public async Task What_was_deleted_while_nobody_watched_is_seen_by_listing()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        await _mirror.ListAsync(default);
        _state.TakeDirty();
        await Real.DeleteAsync(Keys.PodSpec(Web));
        await _mirror.ListAsync(default);
        _state.Pods[Web].Spec.Value.Should().BeNull();
        _state.TakeDirty().Should().Equal(Web);
        await _mirror.ListAsync(default);
        _state.TakeDirty().Should().BeEmpty("listing anew without news is no news");
    }

    [Fact]
    public async Task After_a_compaction_it_lists_anew_and_misses_no_deletion()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        await _mirror.ListAsync(default);
        await Real.DeleteAsync(Keys.PodSpec(Web));
        var last = await PutAsync(Keys.PodSpec(new("default", "other")), Pods.Nginx);
        await Real.CompactAsync(last);
        await FollowedAsync(async () =>
        {
            await Eventually.TrueAsync("both are seen", () => _state.Pods.Count == 2 && _state.Pods[Web].Spec.Value is null);
            await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
            await Eventually.TrueAsync("it goes on watching", () => _state.Pods[Web].Spec.Value is not null);
        });
    }

    [Fact]
    public async Task From_time_to_time_it_lists_anew()
    {
        await _mirror.ListAsync(default);
        var listed = 0;
        Etcd.OnRange = _ =>
        {
            listed++;
            return null;
        };
        await FollowedAsync(async () =>
        {
            await Eventually.TrueAsync("its timer is set", () => _clock.NextDue is not null);
            _clock.Advance(TimeSpan.FromMinutes(10));
            await Eventually.TrueAsync("it lists", () => listed > 0);
        });
    }

    [Fact]
    public async Task Many_keys_are_all_listed()
    {
        var puts = Enumerable.Range(0, 1201).Select(i => PutAsync(Keys.PodSpec(new("default", $"p{i}")), Pods.Nginx));
        await Task.WhenAll(puts);
        await _mirror.ListAsync(default);
        _state.Pods.Should().HaveCount(1201);
    }

    private async Task FollowedAsync(Func<Task> story)
    {
        using var cancel = new CancellationTokenSource();
        var following = _mirror.FollowAsync(cancel.Token);
        await story();
        following.IsCompleted.Should().BeFalse("it follows for ever");
        await cancel.CancelAsync();
        await following.Awaiting(f => f).Should().ThrowAsync<OperationCanceledException>();
    }
}
