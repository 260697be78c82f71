import os, sys, cProfile, pstats, time
from collections import Counter
from django.db import connection
from tests.simulation.run import Simulation
C=Counter(); D=Counter()
def count(execute, sql, params, many, context):
    f=sys._getframe(2); top=None; low=None
    while f:
        fn=f.f_code.co_filename
        if "/nesie/" in fn or "/tests/simulation/" in fn:
            name=fn.split("/src/nesie/")[-1].split("/tests/")[-1]+":"+f.f_code.co_name
            low=low or name
            if "use_case.py" not in fn and "/tests/simulation/run.py" not in fn: top=name
            if name.endswith("journey.py:_take_all"): top="STEP "+f.f_locals["step"].name; break
            if name.endswith("deliver_due"): top="DELIVER"; break
            if "simulation/run.py" in fn: top=top or name; break
        f=f.f_back
    C[low]+=1; D[top]+=1
    return execute(sql, params, many, context)
def test_try(fresh_db, seed):
    n=int(os.environ.get("N","6")); d=int(os.environ.get("D","40"))
    t=os.times(); w=time.time()
    p=cProfile.Profile(time.process_time) if os.environ.get("P") else None
    if p: p.enable()
    if os.environ.get("Q"): cm=connection.execute_wrapper(count); cm.__enter__()
    sim=None
    try:
        sim=Simulation(seed, n, d); sim.run()
    finally:
        if p: p.disable(); pstats.Stats(p).sort_stats(os.environ["P"]).print_stats("nesie.*py|tests.simulation|typst|base.py.*(commit|_commit|_savepoint)|sign|rsa", 75)
        t2=os.times(); print("user",t2.user-t.user,"sys",t2.system-t.system,"wall",time.time()-w)
        if sim:
            for k,v in sorted(sim.trace.counts.items()): print(v,k)
            print(sim.faults.met)
        print(sum(C.values()))
        for k,v in C.most_common(45): print(v,k)
        print()
        for k,v in D.most_common(45): print(v,k)
    if os.environ.get("L"): print("\n".join(sim.trace.lines))
    print(sim.trace.digest())
