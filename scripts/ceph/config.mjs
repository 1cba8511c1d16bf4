/** The configuration file of the one-machine Ceph cluster: one replica, little memory, no waiting for other machines. */

/**
 * @typedef {{ folder: string, fsid: string, monPort: number }} Cluster
 */

/**
 * @param {Cluster} cluster
 * @returns {string}
 */
export const clusterConfig = (cluster) => everybody(cluster) + daemons(cluster) + gateway;

/** @param {Cluster} cluster */
const everybody = ({ folder, fsid, monPort }) => `[global]
fsid = ${fsid}
mon_initial_members = a
mon_host = [v1:127.0.0.1:${monPort}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
public_network = 127.0.0.0/8
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = ${folder}/keyring
run_dir = ${folder}
admin_socket = ${folder}/$name.asok
log_file = ${folder}/$name.log
log_to_stderr = false
err_to_stderr = true
mon_cluster_log_file = ${folder}/cluster.log
crash_dir = ${folder}/crash
ms_bind_msgr2 = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_max_pg_per_osd = 1000
mon_warn_on_pool_no_redundancy = false
mon_allow_pool_size_one = true
`;

/** @param {Cluster} cluster */
const daemons = ({ folder }) => `[mon]
mon_data = ${folder}/mon
mon_data_avail_crit = 1
[osd]
keyring = ${folder}/osd/keyring
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_max_object_name_len = 256
osd_class_load_list = *
osd_class_default_list = *
`;

const gateway = `[client]
rgw_run_sync_thread = false
rgw_enable_usage_log = false
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
rgw_thread_pool_size = 64
rgw_gc_max_objs = 1
rgw_lc_max_objs = 1
rgw_usage_max_shards = 1
rgw_data_log_num_shards = 1
rgw_md_log_max_shards = 1
rgw_num_async_rados_threads = 4
rgw_override_bucket_index_max_shards = 1
`;
