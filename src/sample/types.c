/*
 * What each resource type looks like, as a table: the key order and spelling of
 * delivered items (PascalCase for the newer types), without JSON null.
 * Source: AWS Config resource schemas and the developer guide; all values invented.
 */
#include "sample/sample_priv.h"

#define REL(id, type, name) "{'resourceId':'" id "','resourceType':'" type "','name':'" name "'}"
#define IN_VPC REL("<ref:vpc>", "AWS::EC2::VPC", "Is contained in Vpc")
#define SUBNET "subnet-<hex:17:90>"
#define KMS_ARN "<refarn:kms>"
#define TAG_RULE 920 /* Permille of resources that carry all tags. */

#define PERMISSION(from, to, v4, v6)                                                               \
	"{'fromPort':" from ",'ipProtocol':'tcp','ipv6Ranges':[" v6                                \
	"],'prefixListIds':[],'toPort':" to ",'userIdGroupPairs':[],'ipv4Ranges':[" v4             \
	"],'ipRanges':["
#define WORLD4 "{'cidrIp':'0.0.0.0/0'}"
#define WORLD6 "{'cidrIpv6':'::/0'}"

#define ACL                                                                                        \
	"'<esc>{'grantSet':null,'grantList':[{'grantee':{'id':'<hex:64:20>','displayName':null},"  \
	"'permission':'FullControl'}],'owner':{'displayName':null,'id':'<hex:64:20>'},"            \
	"'isRequesterCharged':false}</esc>'"

#define TRUST(service)                                                                             \
	"<url>{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Principal':{'Service':"      \
	"'" service "'},'Action':'sts:AssumeRole'}]}</url>"

const struct bl_sample_type_row bl_sample__types[N_TYPES] = {
    [T_INSTANCE] = {.resource_type = "AWS::EC2::Instance",
	.permille = 130,
	.tags = true,
	.zone = "az",
	.initial = {{F_KEEP, 1000}, {F_TAG, TAG_RULE}, {F_ENC, 900}, {F_ON, 900}},
	.toggle = {F_TAG, 60},
	.id = "i-<hex:17:1>",
	.arn = "arn:aws:ec2:<region>:<acct>:instance/<id>",
	.relationships = REL("<peer:eni>", "AWS::EC2::NetworkInterface",
	    "Contains NetworkInterface") "," REL("<ref:sg>", "AWS::EC2::SecurityGroup",
	    "Is associated with SecurityGroup") "," REL("<peer:volume>", "AWS::EC2::Volume",
	    "Is attached to Volume") "," IN_VPC,
	.configuration =
	    "{'amiLaunchIndex':0,'imageId':'ami-<hex:17:3>','instanceId':'<id>',"
	    "'instanceType':'<pick:size:4>','launchTime':'<created>','monitoring':{'state':"
	    "'disabled'},'placement':{'availabilityZone':'<zone>','groupName':'','tenancy':"
	    "'default'},'privateDnsName':'ip-10-<num:0:63:5>-<num:0:250:6>-<num:4:250:7>."
	    "<region>.compute.internal','privateIpAddress':'10.<num:0:63:5>.<num:0:250:6>."
	    "<num:4:250:7>','productCodes':[],'publicDnsName':'','state':{'code':<?ON>16<|>80<;>,"
	    "'name':'<?ON>running<|>stopped<;>'},'stateTransitionReason':'','subnetId':'" SUBNET
	    "','vpcId':'<ref:vpc>','architecture':'x86_64','blockDeviceMappings':[{'deviceName':"
	    "'/dev/xvda','ebs':{'attachTime':'<created>','deleteOnTermination':true,'status':"
	    "'attached','volumeId':'<peer:volume>'}}],'clientToken':'<uuid:8>','ebsOptimized':true,"
	    "'enaSupport':true,'hypervisor':'xen','iamInstanceProfile':{'arn':'arn:aws:iam::"
	    "<acct>:instance-profile/<refname:role>','id':'AIPA<b32:17:9>'},"
	    "'elasticGpuAssociations':[],'elasticInferenceAcceleratorAssociations':[],"
	    "'networkInterfaces':[{'attachment':{'attachTime':'<created>','attachmentId':"
	    "'eni-attach-<hex:17:10>','deleteOnTermination':true,'deviceIndex':0,'status':"
	    "'attached','networkCardIndex':0},'description':'','groups':[{'groupId':'<ref:sg>',"
	    "'groupName':'<refname:sg>'}],'ipv6Addresses':[],'macAddress':'02:<hex:2:11>:"
	    "<hex:2:12>:<hex:2:13>:<hex:2:14>:<hex:2:15>','networkInterfaceId':'<peer:eni>',"
	    "'ownerId':'<acct>','privateIpAddress':'10.<num:0:63:5>.<num:0:250:6>.<num:4:250:7>',"
	    "'sourceDestCheck':true,'status':'in-use','subnetId':'" SUBNET
	    "','vpcId':'<ref:vpc>','interfaceType':'interface'}],'rootDeviceName':'/dev/xvda',"
	    "'rootDeviceType':'ebs','securityGroups':[{'groupId':'<ref:sg>','groupName':"
	    "'<refname:sg>'}],'sourceDestCheck':true,'tags':<tags>,'virtualizationType':'hvm',"
	    "'cpuOptions':{'coreCount':<step:1:1>,'threadsPerCore':2},"
	    "'capacityReservationSpecification':{'capacityReservationPreference':'open'},"
	    "'hibernationOptions':{'configured':false},'licenses':[],'metadataOptions':{'state':"
	    "'applied','httpTokens':'required','httpPutResponseHopLimit':2,'httpEndpoint':"
	    "'enabled'},'enclaveOptions':{'enabled':false}}"},
    [T_VOLUME] = {.resource_type = "AWS::EC2::Volume",
	.permille = 180,
	.deletable = true,
	.tags = true,
	.zone = "az",
	.initial = {{F_ATT, 700}, {F_ENC, 930}, {F_TAG, 850}},
	.id = "vol-<hex:17:1>",
	.arn = "arn:aws:ec2:<region>:<acct>:volume/<id>",
	.relationships =
	    "<?ATT>" REL("<ref:instance>", "AWS::EC2::Instance", "Is attached to Instance") "<;>",
	.configuration =
	    "{'attachments':[<?ATT>{'attachTime':'<created>','device':'/dev/sd<pick:dev:3>',"
	    "'instanceId':'<ref:instance>','state':'attached','volumeId':'<id>',"
	    "'deleteOnTermination':true}<;>],'availabilityZone':'<zoneof:instance>','createTime':"
	    "'<created>','encrypted':<?ENC>true,'kmsKeyId':'" KMS_ARN
	    "'<|>false<;>,'size':<step:16:8>,"
	    "'snapshotId':'snap-<hex:17:2>','state':'<?ATT>in-use<|>available<;>','volumeId':"
	    "'<id>','iops':3000,'tags':<tags>,'volumeType':'gp3','multiAttachEnabled':false,"
	    "'throughput':125}"},
    [T_GROUP] = {.resource_type = "AWS::EC2::SecurityGroup",
	.permille = 120,
	.tags = true,
	.no_creation_time = true,
	.zone = "Not Applicable",
	.initial = {{F_KEEP, 1000}, {F_TAG, 800}, {F_SSH4, 20}, {F_RDP4, 15}, {F_ANY4, 8},
	    {F_MULTI, 100}},
	.toggle = {F_SSH4, 20},
	.id = "sg-<hex:17:1>",
	.name = "<pick:service:2>-<pick:dev:3>-<hex:4:4>",
	.arn = "arn:aws:ec2:<region>:<acct>:security-group/<id>",
	.relationships = IN_VPC,
	/* Also what is not open: 22 to private nets, 3389/udp, all of TCP from half the world. */
	.configuration =
	    "{'description':'Access \\u003e <pick:service:2>','groupName':'<name>','ipPermissions':"
	    "[" PERMISSION("443", "443", WORLD4, "") "'0.0.0.0/0']}," PERMISSION("<pick:port:5>",
		"<pick:port:5>", "{'cidrIp':'<pick:cidr:6>','description':'rev <step:1:1>'}",
		"") "'<pick:cidr:6>']}," PERMISSION("22", "22", "{'cidrIp':'10.20.0.0/16'}",
		"") "'10.20.0.0/16']}"
		    "<?MULTI>," PERMISSION("1", "65535", "{'cidrIp':'10.0.0.0/8'}",
			"{'cidrIpv6':'fd00::/8'}") "'10.0.0.0/"
						   "8']},{'fromPort':3389,'ipProtocol':'udp',"
						   "'ipv6Ranges':[],'prefixListIds':[],'toPort':"
						   "3389,'userIdGroupPairs':[],'ipv4Ranges':"
						   "[" WORLD4 "],'ipRanges':['0.0.0.0/0']}<;>"
						   "<?SSH4>," PERMISSION("22", "22", WORLD4,
						       "") "'0.0.0.0/0']}<;>"
							   "<?SSH6>," PERMISSION("22", "22", "",
							       WORLD6) "]}<;>"
								       "<?RDP4>," PERMISSION("3380",
									   "3399", WORLD4,
									   "") "'0.0.0.0/0']}<;>"
									       "<?ANY4>,{'"
									       "ipProtocol':'-1','"
									       "ipv6Ranges':[],'"
									       "prefixListIds':[],'"
									       "userIdGroupPairs':["
									       "],"
									       "'ipv4Ranges':"
									       "[" WORLD4
									       "],'ipRanges':['0.0."
									       "0.0/"
									       "0']}<;>],'ownerId':"
									       "'<acct>','groupId':"
									       "'<id>','"
									       "ipPermissionsEgress"
									       "':[{'ipProtocol':'-"
									       "1','ipv6Ranges':[],"
									       "'prefixListIds':[],"
									       "'userIdGroupPairs':"
									       "[],'ipv4Ranges':"
									       "[" WORLD4
									       "],'ipRanges':['0.0."
									       "0.0/"
									       "0']}],'tags':<tags>"
									       ",'vpcId':'<ref:vpc>"
									       "'}"},
    [T_BUCKET] = {.resource_type = "AWS::S3::Bucket",
	.permille = 90,
	.deletable = true,
	.tags = true,
	.whole_second_creation = true,
	.zone = "Regional",
	.initial = {{F_ENC, 950}, {F_DENY, 40}, {F_TAG, TAG_RULE}, {F_ON, 700}, {F_VALID, 600},
	    {F_ROT, 500}},
	.toggle = {F_TAG, 50},
	.id = "<pick:service:1>-data-<hex:10:2>",
	.name = "<id>",
	.arn = "arn:aws:s3:::<id>",
	.relationships = "",
	.configuration = "{'name':'<id>','owner':{'id':'<hex:64:20>'},'creationDate':'<created>',"
			 "'region':'<region>'}",
	.supplementary =
	    "{'AbacStatus':{'status':'Disabled'},'AccessControlList':" ACL
	    ",'BucketAccelerateConfiguration':{'isRequesterCharged':false},"
	    "'BucketLifecycleConfiguration':{'rules':[{'id':'expire','status':'Enabled','filter':"
	    "{'predicate':{'type':'LifecyclePrefixPredicate','prefix':'tmp/'}},'expirationInDays':"
	    "<step:30:5>,'expiredObjectDeleteMarker':false,'noncurrentVersionExpirationInDays':-1}"
	    "]},'BucketLoggingConfiguration':{<?ON>'destinationBucketName':'<acct>-access-logs-"
	    "<region>','logFilePrefix':'<id>/'<;>},'BucketNotificationConfiguration':"
	    "{'configurations':{}},'BucketPolicy':{<?DENY>'policyText':'<esc>{'Version':"
	    "'2012-10-17','Statement':[{'Sid':'OnlyEncrypted','Effect':'Deny','Principal':'*',"
	    "'Action':'s3:PutObject','Resource':'arn:aws:s3:::<id>/*','Condition':"
	    "{'StringNotEquals':{'s3:x-amz-server-side-encryption':['AES256','aws:kms']}}}]}</esc>'"
	    "<;>},'BucketVersioningConfiguration':{'status':'<?VALID>Enabled','isMfaDeleteEnabled'"
	    ":false<|>Off'<;>},'IsRequesterPaysEnabled':false,'PublicAccessBlockConfiguration':"
	    "{'blockPublicAcls':true,'ignorePublicAcls':true,'blockPublicPolicy':true,"
	    "'restrictPublicBuckets':true}<?ENC>,'ServerSideEncryptionConfiguration':{'rules':"
	    "[{'applyServerSideEncryptionByDefault':{<?ROT>'sseAlgorithm':'aws:kms',"
	    "'kmsMasterKeyID':'" KMS_ARN "'<|>'sseAlgorithm':'AES256'<;>},'bucketKeyEnabled':true}"
	    "]}<;><?TAG>,'BucketTaggingConfiguration':{'tagSets':[{'tags':{'Managed':'yes'}}]}<;>"
	    "}"},
    [T_DB] = {.resource_type = "AWS::RDS::DBInstance",
	.permille = 70,
	.deletable = true,
	.tags = true,
	.zone = "Multiple Availability Zones",
	.initial = {{F_ENC, 940}, {F_MAZ, 750}, {F_AUR, 200}, {F_REP, 80}, {F_PROT, 800},
	    {F_TAG, TAG_RULE}},
	.toggle = {F_MAZ, 60},
	.id = "db-<b32:26:1>",
	.name = "<pick:service:2>-db-<hex:5:3>",
	.arn = "arn:aws:rds:<region>:<acct>:db:<name>",
	.relationships =
	    "{'resourceName':'<pick:service:2>-subnets','resourceType':"
	    "'AWS::RDS::DBSubnetGroup','name':'Is associated with DBSubnetGroup'}," REL(
		"<ref:sg>", "AWS::EC2::SecurityGroup", "Is associated with SecurityGroup"),
	.configuration =
	    "{'dBInstanceIdentifier':'<name>','dBInstanceClass':'<pick:dbsize:4>','engine':'<?AUR>"
	    "aurora-postgresql<|><pick:engine:5><;>','dBInstanceStatus':'available',"
	    "'masterUsername':'dbadmin','endpoint':{'address':'<name>.<hex:12:6>.<region>."
	    "rds.amazonaws.com','port':5432,'hostedZoneId':'Z<b32:13:7>'},'allocatedStorage':"
	    "<?AUR>1<|><step:100:20><;>,'instanceCreateTime':'<created>','preferredBackupWindow':"
	    "'01:10-01:40','backupRetentionPeriod':14,'dBSecurityGroups':[],'vpcSecurityGroups':"
	    "[{'vpcSecurityGroupId':'<ref:sg>','status':'active'}],'dBParameterGroups':"
	    "[{'dBParameterGroupName':'default.<pick:engine:5>','parameterApplyStatus':'in-sync'}]"
	    ",'availabilityZone':'<zone>','dBSubnetGroup':{'dBSubnetGroupName':"
	    "'<pick:service:2>-subnets','dBSubnetGroupDescription':'private','vpcId':'<ref:vpc>',"
	    "'subnetGroupStatus':'Complete','subnets':[{'subnetIdentifier':'" SUBNET
	    "','subnetAvailabilityZone':{'name':'<zone>'},'subnetOutpost':{},'subnetStatus':"
	    "'Active'}]},'preferredMaintenanceWindow':'sun:03:15-sun:03:45',"
	    "'pendingModifiedValues':{'processorFeatures':[]},'multiAZ':<?AUR>false<|><?MAZ>true"
	    "<|>false<;><;>,'engineVersion':'15.<num:3:9:8>','autoMinorVersionUpgrade':true,"
	    "<?REP>'readReplicaSourceDBInstanceIdentifier':'<pick:service:2>-db-primary',<;>"
	    "'readReplicaDBInstanceIdentifiers':[],'readReplicaDBClusterIdentifiers':[],"
	    "'licenseModel':'postgresql-license','optionGroupMemberships':[{'optionGroupName':"
	    "'default:<pick:engine:5>','status':'in-sync'}],'publiclyAccessible':false,"
	    "'statusInfos':[],'storageType':'gp3','dbInstancePort':0,"
	    "<?AUR>'dBClusterIdentifier':'<pick:service:2>-cluster-<hex:4:9>',<;>"
	    "'storageEncrypted':<?ENC>true,'kmsKeyId':'" KMS_ARN
	    "'<|>false<;>,'dbiResourceId':'<id>','cACertificateIdentifier':'rds-ca-rsa2048-g1',"
	    "'domainMemberships':[],'copyTagsToSnapshot':true,'monitoringInterval':60,"
	    "'dBInstanceArn':'<arn>','iAMDatabaseAuthenticationEnabled':false,"
	    "'performanceInsightsEnabled':true,'enabledCloudwatchLogsExports':[],"
	    "'processorFeatures':[],'deletionProtection':<?PROT>true<|>false<;>,"
	    "'associatedRoles':[],'tagList':<tags>}",
	.supplementary = "{'Tags':<tags>}"},
    [T_VPC] = {.resource_type = "AWS::EC2::VPC",
	.permille = 25,
	.tags = true,
	.no_creation_time = true,
	.zone = "Multiple Availability Zones",
	.initial = {{F_KEEP, 1000}, {F_TAG, TAG_RULE}},
	.id = "vpc-<hex:17:1>",
	.arn = "arn:aws:ec2:<region>:<acct>:vpc/<id>",
	.relationships = REL("rtb-<hex:17:2>", "AWS::EC2::RouteTable", "Contains RouteTable"),
	.configuration =
	    "{'cidrBlock':'10.<num:0:63:3>.0.0/16','dhcpOptionsId':'dopt-<hex:17:4>','state':"
	    "'available','vpcId':'<id>','ownerId':'<acct>','instanceTenancy':'default',"
	    "'ipv6CidrBlockAssociationSet':[],'cidrBlockAssociationSet':[{'associationId':"
	    "'vpc-cidr-assoc-<hex:17:5>','cidrBlock':'10.<num:0:63:3>.0.0/16','cidrBlockState':"
	    "{'state':'associated'}}],'isDefault':false,'tags':<tags>}"},
    [T_TABLE] = {.resource_type = "AWS::DynamoDB::Table",
	.permille = 50,
	.deletable = true,
	.tags = true,
	.zone = "Not Applicable",
	.initial = {{F_PITR, 850}, {F_ENC, 700}, {F_TAG, TAG_RULE}, {F_PROT, 600}},
	.toggle = {F_PITR, 60},
	.id = "<pick:service:2>-<hex:6:3>",
	.name = "<id>",
	.arn = "arn:aws:dynamodb:<region>:<acct>:table/<id>",
	.relationships = "",
	.configuration =
	    "{'attributeDefinitions':[{'attributeName':'pk','attributeType':'S'}],'tableName':"
	    "'<id>','keySchema':[{'attributeName':'pk','keyType':'HASH'}],'tableStatus':'ACTIVE',"
	    "'creationDateTime':<createdms>,'provisionedThroughput':{'numberOfDecreasesToday':0,"
	    "'readCapacityUnits':<step:0:5>,'writeCapacityUnits':<step:0:5>},'tableSizeBytes':0,"
	    "'itemCount':0,'tableArn':'<arn>','tableId':'<uuid:4>','billingModeSummary':"
	    "{'billingMode':'PAY_PER_REQUEST','lastUpdateToPayPerRequestDateTime':<createdms>},"
	    "<?ENC>'ssedescription':{'status':'ENABLED','ssetype':'KMS','kmsmasterKeyArn':'" KMS_ARN
	    "'},<;>'deletionProtectionEnabled':<?PROT>true<|>false<;>}",
	.supplementary =
	    "{'ContinuousBackupsDescription':{'continuousBackupsStatus':'ENABLED',"
	    "'pointInTimeRecoveryDescription':{'pointInTimeRecoveryStatus':'<?PITR>ENABLED<|>"
	    "DISABLED<;>'}},'Tags':<tags>}"},
    [T_LB] = {.resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer",
	.permille = 27,
	.deletable = false,
	.tags = true,
	.zone = "Multiple Availability Zones",
	.initial = {{F_KEEP, 1000}, {F_PROT, 850}, {F_TAG, TAG_RULE}},
	.toggle = {F_PROT, 50},
	.id = "arn:aws:elasticloadbalancing:<region>:<acct>:loadbalancer/app/<name>/<hex:16:2>",
	.name = "<pick:service:3>-lb-<hex:4:4>",
	.arn = "<id>",
	.relationships =
	    REL("<ref:sg>", "AWS::EC2::SecurityGroup", "Is associated with SecurityGroup") "," REL(
		SUBNET, "AWS::EC2::Subnet", "Is attached to Subnet") "," IN_VPC,
	.configuration =
	    "{'loadBalancerArn':'<id>','dNSName':'internal-<name>-<num:100000:999999:5>.<region>."
	    "elb.amazonaws.com','canonicalHostedZoneId':'Z<b32:13:6>','createdTime':'<created>',"
	    "'loadBalancerName':'<name>','scheme':'internal','vpcId':'<ref:vpc>','state':{'code':"
	    "'active'},'type':'<pick:lbkind:7>','availabilityZones':[{'zoneName':'<zone>',"
	    "'subnetId':'" SUBNET "','loadBalancerAddresses':[]}],'securityGroups':['<ref:sg>'],"
	    "'ipAddressType':'ipv4'}",
	.supplementary =
	    "{'LoadBalancerAttributes':[{'key':'access_logs.s3.enabled','value':'true'},{'key':"
	    "'idle_timeout.timeout_seconds','value':'<step:60:10>'},{'key':"
	    "'deletion_protection.enabled','value':'<?PROT>true<|>false<;>'},{'key':"
	    "'routing.http2.enabled','value':'true'}],'Tags':<tags>}"},
    [T_KMS] = {.resource_type = "AWS::KMS::Key",
	.permille = 30,
	.tags = true,
	.zone = "Not Applicable",
	.initial = {{F_KEEP, 1000}, {F_CUST, 800}, {F_ROT, 850}, {F_TAG, TAG_RULE}},
	.toggle = {F_ROT, 30},
	.id = "<uuid:1>",
	.arn = "arn:aws:kms:<region>:<acct>:key/<id>",
	.relationships = "",
	.configuration =
	    "{'keyId':'<id>','arn':'<arn>','creationDate':<createdms>,'enabled':true,"
	    "'description':'<?CUST>Data of <pick:service:2>, revision <step:1:1><|>Default key<;>',"
	    "'keyUsage':'ENCRYPT_DECRYPT','keyState':'Enabled','origin':'AWS_KMS','keyManager':"
	    "'<?CUST>CUSTOMER<|>AWS<;>','customerMasterKeySpec':'SYMMETRIC_DEFAULT','keySpec':"
	    "'SYMMETRIC_DEFAULT','encryptionAlgorithms':['SYMMETRIC_DEFAULT'],"
	    "'signingAlgorithms':[],'multiRegion':false,'macAlgorithms':[],'awsaccountId':'<acct>'"
	    "}",
	.supplementary =
	    "{<?CUST>'KeyRotationStatus':<?ROT>true<|>false<;>,<;>'Policy':'<esc>{'Version':"
	    "'2012-10-17','Id':'key-default','Statement':[{'Sid':'Administration','Effect':"
	    "'Allow','Principal':{'AWS':'arn:aws:iam::<acct>:root'},'Action':'kms:*','Resource':"
	    "'*'}]}</esc>','Tags':[]}"},
    [T_SECRET] = {.resource_type = "AWS::SecretsManager::Secret",
	.permille = 40,
	.deletable = true,
	.tags = true,
	.zone = "Not Applicable",
	.initial = {{F_ROT, 800}, {F_TAG, TAG_RULE}},
	.toggle = {F_ROT, 50},
	.id = "arn:aws:secretsmanager:<region>:<acct>:secret:<name>-<b32:6:3>",
	.name = "prod/<pick:service:1>/<hex:6:2>",
	.arn = "<id>",
	.relationships = REL(KMS_ARN, "AWS::KMS::Key", "Is associated with "),
	.configuration =
	    "{'ARN':'<id>','Name':'<name>','Description':'revision <step:1:1>','KmsKeyId':'" KMS_ARN
	    "','RotationEnabled':<?ROT>true,'RotationLambdaARN':'arn:aws:lambda:<region>:<acct>:"
	    "function:rotate','RotationRules':{'AutomaticallyAfterDays':30}<|>false<;>,'Deleted':"
	    "false,'Tags':<Tags>}"},
    [T_BACKUP] = {.resource_type = "AWS::Backup::BackupPlan",
	.permille = 10,
	.tags = true,
	.zone = "Not Applicable",
	.initial = {{F_KEEP, 1000}, {F_ON, 850}, {F_TAG, TAG_RULE}},
	.id = "<uuid:1>",
	.name = "plan-<pick:service:2>-<hex:4:3>",
	.arn = "arn:aws:backup:<region>:<acct>:backup-plan:<id>",
	.relationships = "",
	.configuration =
	    "{'BackupPlanId':'<id>','BackupPlanArn':'<arn>','VersionId':'<b32:48:4>','BackupPlan':"
	    "{'BackupPlanName':'<name>','BackupPlanRule':[{'RuleName':'daily','TargetBackupVault':"
	    "'main','ScheduleExpression':'cron(0 <num:1:5:5> ? * <?ON>*<|>SUN<;> *)',"
	    "'StartWindowMinutes':<step:60:15>,'CompletionWindowMinutes':480,'Lifecycle':"
	    "{'DeleteAfterDays':<?ON>120<|>35<;>},'EnableContinuousBackup':false}]},"
	    "'BackupPlanTags':{}}"},
    [T_DETECTOR] = {.resource_type = "AWS::GuardDuty::Detector",
	.permille = 1,
	.max_count = 1,
	.zone = "Not Applicable",
	.no_creation_time = true,
	.initial = {{F_KEEP, 1000}, {F_ON, 900}},
	.id = "<hex:32:1>",
	.arn = "arn:aws:guardduty:<region>:<acct>:detector/<id>",
	.relationships = "",
	.configuration =
	    "{'Id':'<id>','Enable':<?ON>true<|>false<;>,'FindingPublishingFrequency':"
	    "'SIX_HOURS','DataSources':{'S3Logs':{'Enable':true}},'Features':[],'Tags':[]}"},
    [T_TRAIL] = {.resource_type = "AWS::CloudTrail::Trail",
	.permille = 1,
	.max_count = 1,
	.zone = "Regional",
	.no_creation_time = true,
	.initial = {{F_KEEP, 1000}, {F_MULTI, 900}, {F_VALID, 850}},
	.id = "trail-<hex:6:1>",
	.arn = "arn:aws:cloudtrail:<region>:<acct>:trail/<id>",
	.relationships =
	    REL("<acct>-trail-logs", "AWS::S3::Bucket", "Is associated with S3 bucket"),
	.configuration =
	    "{'name':'<id>','s3BucketName':'<acct>-trail-logs','includeGlobalServiceEvents':true,"
	    "'isMultiRegionTrail':<?MULTI>true<|>false<;>,'homeRegion':'<region>','trailARN':"
	    "'<arn>','logFileValidationEnabled':<?VALID>true<|>false<;>,"
	    "'cloudWatchLogsLogGroupArn':'arn:aws:logs:<region>:<acct>:log-group:trail:*',"
	    "'cloudWatchLogsRoleArn':'arn:aws:iam::<acct>:role/trail','hasCustomEventSelectors':"
	    "false,'hasInsightSelectors':false,'isOrganizationTrail':false}",
	.supplementary = "{'Tags':[]}"},
    [T_FLOWLOG] = {.resource_type = "AWS::EC2::FlowLog",
	.permille = 20,
	.tags = true,
	.zone = "Not Applicable",
	.initial = {{F_KEEP, 1000}, {F_ON, 1000}, {F_TAG, TAG_RULE}},
	.id = "fl-<hex:17:1>",
	.arn = "arn:aws:ec2:<region>:<acct>:vpc-flow-log/<id>",
	.relationships = REL("<ref:vpc>", "AWS::EC2::VPC", "Is attached to Vpc"),
	.configuration =
	    "{'creationTime':<createdms>,'deliverLogsPermissionArn':'arn:aws:iam::<acct>:role/"
	    "flow-logs','deliverLogsStatus':'SUCCESS','flowLogId':'<id>','flowLogStatus':'ACTIVE',"
	    "'logGroupName':'flow-<hex:4:2>','resourceId':'<ref:vpc>','trafficType':'ALL',"
	    "'logDestinationType':'cloud-watch-logs','logFormat':'${version} ${account-id} "
	    "${srcaddr} ${dstaddr} ${action}','maxAggregationInterval':600,'tags':<tags>}"},
    [T_ENI] = {.resource_type = "AWS::EC2::NetworkInterface",
	.permille = 136,
	.tags = true,
	.no_creation_time = true,
	.zone = "az",
	.initial = {{F_KEEP, 1000}, {F_TAG, 700}},
	.id = "eni-<hex:17:1>",
	.arn = "arn:aws:ec2:<region>:<acct>:network-interface/<id>",
	.relationships = REL(
	    "<ref:instance>", "AWS::EC2::Instance", "Is attached to Instance") "," REL("<ref:sg>",
	    "AWS::EC2::SecurityGroup", "Is associated with SecurityGroup") "," IN_VPC,
	.configuration =
	    "{'attachment':{'attachTime':'<created>','attachmentId':'eni-attach-<hex:17:2>',"
	    "'deleteOnTermination':true,'deviceIndex':0,'instanceId':'<ref:instance>',"
	    "'instanceOwnerId':'<acct>','status':'attached','networkCardIndex':0},"
	    "'availabilityZone':'<zone>','description':'revision <step:1:1>','groups':[{'groupId':"
	    "'<ref:sg>','groupName':'<refname:sg>'}],'interfaceType':'interface','ipv6Addresses':"
	    "[],'macAddress':'02:<hex:2:3>:<hex:2:4>:<hex:2:5>:<hex:2:6>:<hex:2:7>',"
	    "'networkInterfaceId':'<id>','ownerId':'<acct>','privateIpAddress':'10.<num:0:63:8>."
	    "<num:0:250:9>.<num:4:250:10>','privateIpAddresses':[{'primary':true,"
	    "'privateIpAddress':'10.<num:0:63:8>.<num:0:250:9>.<num:4:250:10>'}],"
	    "'requesterManaged':false,'sourceDestCheck':true,'status':'in-use','subnetId':'" SUBNET
	    "','tagSet':<tags>,'vpcId':'<ref:vpc>'}"},
    [T_LAMBDA] = {.resource_type = "AWS::Lambda::Function",
	.permille = 170,
	.deletable = true,
	.tags = true,
	.no_creation_time = true,
	.zone = "Not Applicable",
	.initial = {{F_TAG, TAG_RULE}},
	.toggle = {F_TAG, 30},
	.id = "<pick:service:2>-fn-<hex:6:3>",
	.name = "<id>",
	.arn = "arn:aws:lambda:<region>:<acct>:function:<id>",
	.relationships = "{'resourceName':'<refname:role>','resourceType':'AWS::IAM::Role','name':"
			 "'Is associated with '}",
	.configuration =
	    "{'functionName':'<id>','functionArn':'<arn>','runtime':'<pick:runtime:4>','role':"
	    "'<refarn:role>','handler':'main.handler','codeSize':<num:1000:9000000:5>,"
	    "'description':'','timeout':300.0,'memorySize':<step:128:64>,'lastModified':"
	    "'2025-11-03T09:14:22.000+0000','codeSha256':'<b32:43:6>\\u003d','version':'$LATEST',"
	    "'tracingConfig':{'mode':'PassThrough'},'revisionId':'<uuid:7>','layers':[],'state':"
	    "'Active','lastUpdateStatus':'Successful','fileSystemConfigs':[],'packageType':'Zip',"
	    "'architectures':['x86_64'],'ephemeralStorage':{'size':512},'snapStart':{'applyOn':"
	    "'None','optimizationStatus':'Off'}}",
	.supplementary =
	    "{'Policy':'<esc>{'Version':'2012-10-17','Id':'default','Statement':[{'Sid':'events',"
	    "'Effect':'Allow','Principal':{'Service':'events.amazonaws.com'},'Action':"
	    "'lambda:InvokeFunction','Resource':'<arn>'}]}</esc>','Tags':{}}"},
    [T_USER] = {.resource_type = "AWS::IAM::User",
	.tags = true,
	.whole_second_creation = true,
	.zone = "Not Applicable",
	.region = "global",
	.initial = {{F_KEEP, 1000}, {F_CONS, 600}, {F_MFA, 850}, {F_DIR, 80}, {F_TAG, 800}},
	.toggle = {F_DIR, 80},
	.id = "AIDA<b32:17:1>",
	.name = "<pick:who:2>.<hex:4:3>",
	.arn = "arn:aws:iam::<acct>:user/<name>",
	.relationships = "",
	.configuration =
	    "{'path':'/','userName':'<name>','userId':'<id>','arn':'<arn>','createDate':"
	    "'<created>','userPolicyList':[<?DIR>{'policyName':'direct','policyDocument':'<url>"
	    "{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'s3:GetObject',"
	    "'Resource':'*'}]}</url>'}<;>],'groupList':['staff'],'attachedManagedPolicies':[],"
	    "'permissionsBoundary':{},'tags':<tags>}"},
    [T_ROLE] = {.resource_type = "AWS::IAM::Role",
	.tags = true,
	.whole_second_creation = true,
	.zone = "Not Applicable",
	.region = "global",
	.initial = {{F_KEEP, 1000}, {F_TAG, 700}},
	.id = "AROA<b32:17:1>",
	.name = "<pick:service:2>-role-<hex:5:3>",
	.arn = "arn:aws:iam::<acct>:role/<name>",
	.relationships = "",
	.configuration =
	    "{'path':'/','roleName':'<name>','roleId':'<id>','arn':'<arn>','createDate':"
	    "'<created>','assumeRolePolicyDocument':'" TRUST(
		"ec2.amazonaws.com") "',"
				     "'instanceProfileList':[],'rolePolicyList':[{'policyName':'"
				     "inline-<step:1:1>',"
				     "'policyDocument':'<url>{\n  'Version': '2012-10-17',\n  "
				     "'Statement': [{'Effect': "
				     "'Allow', 'Action': ['logs:PutLogEvents', 's3:*'], "
				     "'Resource': '*'}]\n}</url>'}],"
				     "'attachedManagedPolicies':[{'policyName':'ReadOnlyAccess','"
				     "policyArn':"
				     "'arn:aws:iam::aws:policy/"
				     "ReadOnlyAccess'}],'tags':<tags>,'roleLastUsed':{}}"},
    [T_IAM_GROUP] = {.resource_type = "AWS::IAM::Group",
	.whole_second_creation = true,
	.zone = "Not Applicable",
	.region = "global",
	.initial = {{F_KEEP, 1000}},
	.id = "AGPA<b32:17:1>",
	.name = "staff-<hex:4:2>",
	.arn = "arn:aws:iam::<acct>:group/<name>",
	.relationships = "{'resourceId':'<ref:user>','resourceName':'<refname:user>',"
			 "'resourceType':'AWS::IAM::User','name':'Contains User'}",
	.configuration =
	    "{'path':'/','groupName':'<name>','groupId':'<id>','arn':'<arn>','createDate':"
	    "'<created>','groupPolicyList':[],'attachedManagedPolicies':[{'policyName':"
	    "'<refname:policy>','policyArn':'<refarn:policy>'}]}"},
    [T_POLICY] = {.resource_type = "AWS::IAM::Policy",
	.whole_second_creation = true,
	.zone = "Not Applicable",
	.region = "global",
	.initial = {{F_KEEP, 1000}},
	.id = "ANPA<b32:17:1>",
	.name = "<pick:service:2>-policy-<hex:4:3>",
	.arn = "arn:aws:iam::<acct>:policy/<name>",
	.relationships = "",
	.configuration =
	    "{'policyName':'<name>','policyId':'<id>','arn':'<arn>','path':'/',"
	    "'defaultVersionId':'v<step:1:1>','attachmentCount':1,"
	    "'permissionsBoundaryUsageCount':0,'isAttachable':true,'createDate':'<created>',"
	    "'updateDate':'<created>','policyVersionList':[{'document':'<url>{'Version':"
	    "'2012-10-17','Statement':[{'Effect':'Allow','Action':'s3:Get*','Resource':'*'}]}"
	    "</url>','versionId':'v<step:1:1>','isDefaultVersion':true,'createDate':'<created>'}]"
	    "}"},
    [T_RECORDER] = {.resource_type = "AWS::Config::ConfigurationRecorder",
	.no_creation_time = true,
	.initial = {{F_KEEP, 1000}, {F_ON, 1000}},
	.id = "default",
	.relationships = "",
	.configuration =
	    "{'Name':'default','RoleARN':'arn:aws:iam::<acct>:role/config-recorder',"
	    "'RecordingGroup':{'AllSupported':true,'IncludeGlobalResourceTypes':true,"
	    "'ResourceTypes':[],'ExclusionByResourceTypes':{'ResourceTypes':[]},"
	    "'RecordingStrategy':{'UseOnly':'ALL_SUPPORTED_RESOURCE_TYPES'}},'RecordingMode':"
	    "{'RecordingFrequency':'CONTINUOUS','RecordingModeOverrides':[]},'RecordingScope':"
	    "'PAID','Recording':<?ON>true<|>false<;>}"},
    [T_ACCOUNT] = {.resource_type = "AWS::::Account", .id = "<acct>"},
};
